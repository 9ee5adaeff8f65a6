/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Lines of a plot, one for each contender, from points that come in any order of contenders. */
public final class Curves {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 440;

    private final String title;
    private final String xTitle;
    private final boolean logarithmicX;
    private final Map<String, List<double[]>> lines = new LinkedHashMap<>();

    public Curves(String title, String xTitle, boolean logarithmicX) {
        this.title = title;
        this.xTitle = xTitle;
        this.logarithmicX = logarithmicX;
    }

    /** Adds a point to a line, to the right of those that the line has. */
    public void add(String line, double x, double recordsPerSecond) {
        lines.computeIfAbsent(line, key -> new ArrayList<>())
                .add(new double[] {x, recordsPerSecond / 1e3});
    }

    /** Writes the plot as PNG. */
    public void write(Path file) throws IOException {
        // There need not be a screen.
        System.setProperty("java.awt.headless", "true");
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .xAxisTitle(xTitle)
                        .yAxisTitle("thousand records a second")
                        .theme(Styler.ChartTheme.Matlab)
                        .build();
        chart.getStyler()
                .setXAxisLogarithmic(logarithmicX)
                .setYAxisLogarithmic(true)
                .setYAxisDecimalPattern("#,###")
                .setXAxisDecimalPattern("#,###")
                .setLegendPosition(Styler.LegendPosition.OutsideE);
        lines.forEach(
                (line, points) ->
                        chart.addSeries(
                                line,
                                points.stream().mapToDouble(point -> point[0]).toArray(),
                                points.stream().mapToDouble(point -> point[1]).toArray()));
        Files.createDirectories(file.toAbsolutePath().getParent());
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }
}
