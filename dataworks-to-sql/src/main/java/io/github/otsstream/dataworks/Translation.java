/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.dataworks;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The SQL that does what a job does. What has no equal becomes a comment with a mark, and no secret
 * is printed.
 */
final class Translation {

    /** What follows the primary key where each cell is a row. */
    private static final Map<String, String> CELL = new LinkedHashMap<>();

    static {
        CELL.put("colname", "STRING");
        CELL.put("version", "BIGINT");
        CELL.put("colvalue", "STRING");
        CELL.put("optype", "STRING");
    }

    private static final String SEQUENCE = "sequenceinfo";
    private static final String TYPE = "STRING";
    private static final String BYTE_LIMIT = "rate-limit.bytes-per-second";

    /** Of those things that have no equal, what to do instead. */
    private static final Map<String, String> ADVICE =
            Map.ofEntries(
                    entry("truncate", "empty the target yourself before the run."),
                    entry("partition", "the target's partition is a matter of its connector."),
                    entry("preSql", "run it yourself before the script."),
                    entry("postSql", "run it yourself after the script."),
                    entry("writeMode", "the connector's way of writing applies."),
                    entry("batchSize", "a matter of the target's connector."),
                    entry("percentage", "the limit is a number: dirty-record.max-count."),
                    entry("threadNum", "requests run at the same time anyway."),
                    entry("column", "all columns of a cell are there; choose in the SELECT."));

    private static final Pattern SECRET =
            Pattern.compile("(?i).*(password|secret|accesskey|accessid|token|credential|user).*");
    private static final Pattern PASSWORD_IN_URL =
            Pattern.compile("(?i)((?:password|pwd|secret|token)=)[^&;]*");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^}]*}|\\$\\[[^\\]]*]");

    private final Job job;
    private final Parameters parameters;
    private final Block reader;
    private final TableDefinition source;
    private final TableDefinition target;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> without = new ArrayList<>();
    private final List<String> writerColumns;
    private final List<Block> connections;

    private Translation(Job job, Parameters parameters) throws JobException {
        this.job = job;
        this.parameters = parameters;
        reader = job.reader();
        source = new TableDefinition(reader.required("dataTable") + "_changes");
        List<String> columns = job.writer().names("column");
        connections =
                job.writer().isArray("connection") ? job.writer().blocks("connection") : List.of();
        writerColumns = columns.equals(List.of("*")) ? List.of() : columns;
        target = new TableDefinition(targetName());
    }

    /**
     * @throws JobException if something is missing or contradicts itself
     */
    static String of(Job job, Parameters parameters) throws JobException {
        return new Translation(job, parameters).translate();
    }

    private String translate() throws JobException {
        settings.put("execution.runtime-mode", "streaming");
        settings.put("execution.checkpointing.interval", "10 s");
        settings.put("table.dml-sync", "true");
        connection();
        source.option("table-name", reader.required("dataTable"));
        List<String> selected = columns();
        window();
        statusTable();
        reader.text("maxRetries").ifPresent(retries -> source.option("max-retries", retries));
        if (reader.isTrue("isTimeseriesTable")) {
            source.option("time-series", "true");
        }
        speed();
        errorLimit();
        target();
        unknown();
        return script(selected);
    }

    private void connection() throws JobException {
        source.option("connector", "otsstream");
        Optional<String> datasource = reader.text("datasource");
        Optional<String> given = reader.text("endpoint");
        Optional<String> endpoint = parameters.endpoint().or(() -> given);
        Optional<String> givenInstance = reader.text("instanceName");
        Optional<String> instance = parameters.instance().or(() -> givenInstance);
        datasource.ifPresent(
                name ->
                        source.comment(
                                "The datasource "
                                        + name
                                        + " stands for an endpoint and an instance, which are not in"
                                        + " the job."));
        if (endpoint.isEmpty() && datasource.isEmpty()) {
            throw reader.missing("endpoint");
        }
        if (instance.isEmpty() && datasource.isEmpty()) {
            throw reader.missing("instanceName");
        }
        source.option("endpoint", endpoint.orElse("${endpoint}"));
        source.option("instance-name", instance.orElse("${instance}"));
        if (endpoint.orElse("").startsWith("http://")) {
            source.comment(
                    "Rows cross the network in clear with http://, which is refused but for this"
                            + " machine: use https://, or say 'allow-plain-http' = 'true'.");
        }
        reader.text("accessId");
        reader.text("accessKey");
        source.comment(
                "Keys come from TABLESTORE_ACCESS_KEY_ID and TABLESTORE_ACCESS_KEY_SECRET in the"
                        + " environment of JobManager and TaskManagers, and are not printed.");
        source.option("credentials.provider", "environment");
    }

    /** Adds the columns of both tables, and returns what is selected of the source. */
    private List<String> columns() throws JobException {
        String mode = reader.text("mode").orElse("multi_version");
        switch (mode.toLowerCase(Locale.ROOT)) {
            case "multi_version":
                source.option("read-mode", "multi-version");
                return cells();
            case "single_version_and_update_only":
                source.option("read-mode", "single-version-and-update-only");
                return rows();
            default:
                throw new JobException(
                        reader.path("mode")
                                + " is '"
                                + mode
                                + "'. There are single_version_and_update_only and, where nothing is"
                                + " said, multi_version.");
        }
    }

    private List<String> cells() throws JobException {
        boolean exportsSequence = reader.isTrue("isExportSequenceInfo");
        Map<String, String> columns = new LinkedHashMap<>(key(exportsSequence));
        columns.putAll(CELL);
        if (exportsSequence) {
            columns.put(SEQUENCE, TYPE);
            source.option("export-sequence-info", "true");
        }
        columns.forEach(source::column);
        List<String> selected = new ArrayList<>();
        List<String> types = new ArrayList<>();
        columns.forEach(
                (name, type) -> {
                    selected.add(TableDefinition.identifier(name));
                    types.add(type);
                });
        if (writerColumns.size() == columns.size() + 1 && !exportsSequence) {
            source.comment(
                    "The job writes "
                            + writerColumns.get(columns.size())
                            + " and does not export it (isExportSequenceInfo): null.");
            selected.add("CAST(NULL AS STRING)");
            types.add(TYPE);
        }
        targetColumns(new ArrayList<>(columns.keySet()), types);
        return selected;
    }

    /** Names and types of the primary key: as told, or as the writer's first columns. */
    private Map<String, String> key(boolean exportsSequence) throws JobException {
        if (!parameters.key().isEmpty()) {
            return parameters.key();
        }
        int cell = indexIgnoringCase(writerColumns, "colname");
        int size =
                cell >= 0 ? cell : writerColumns.size() - CELL.size() - (exportsSequence ? 1 : 0);
        if (size < 1) {
            throw new JobException(
                    "The job does not show the table's primary key, since "
                            + job.writer().path("column")
                            + " does not name it. Say it: --key id=BIGINT --key name=STRING");
        }
        Map<String, String> key = new LinkedHashMap<>();
        writerColumns.subList(0, size).forEach(name -> key.put(name, parameters.type(name)));
        source.comment(
                "! The job does not say what the primary key is. Its names are taken from the"
                        + " writer's columns: "
                        + String.join(", ", key.keySet())
                        + ". Declare INTEGER as BIGINT, STRING as STRING, BINARY as BYTES, or say"
                        + " --key name=TYPE.");
        return key;
    }

    private List<String> rows() throws JobException {
        List<String> names = reader.names("column");
        if (names.isEmpty()) {
            throw reader.missing("column");
        }
        List<String> selected = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (String name : names) {
            String type = parameters.key().getOrDefault(name, parameters.type(name));
            source.column(name, type);
            selected.add(TableDefinition.identifier(name));
            types.add(type);
        }
        Set<String> untold = new LinkedHashSet<>(names);
        untold.removeAll(parameters.key().keySet());
        untold.removeAll(parameters.types().keySet());
        if (!untold.isEmpty()) {
            source.comment(
                    "! The job does not say what the types are. STRING is assumed of "
                            + String.join(", ", untold)
                            + ". Declare INTEGER as BIGINT, DOUBLE as DOUBLE, BOOLEAN as BOOLEAN,"
                            + " BINARY as BYTES, or say --type name=TYPE.");
        }
        List<String> all = new ArrayList<>(names);
        if (reader.isTrue("isExportSequenceInfo")) {
            source.column(SEQUENCE, TYPE + " METADATA FROM 'sequence-info'");
            selected.add(TableDefinition.identifier(SEQUENCE));
            types.add(TYPE);
            all.add(SEQUENCE);
        }
        targetColumns(all, types);
        return selected;
    }

    private void targetColumns(List<String> names, List<String> types) throws JobException {
        List<String> columns = writerColumns.isEmpty() ? names : writerColumns;
        if (columns.size() != types.size()) {
            throw new JobException(
                    job.writer().path("column")
                            + " has "
                            + columns.size()
                            + " columns, but "
                            + types.size()
                            + " are read: "
                            + String.join(", ", names)
                            + '.');
        }
        for (int i = 0; i < columns.size(); i++) {
            target.column(columns.get(i), types.get(i));
        }
        if (target.columns().size() != columns.size()) {
            throw new JobException(job.writer().path("column") + " names a column twice.");
        }
    }

    private void window() throws JobException {
        Map<String, String[]> forms = new LinkedHashMap<>();
        forms.put("date", new String[] {"scan.date"});
        forms.put(
                "startTimestampMillis",
                new String[] {"scan.startup.timestamp-millis", "endTimestampMillis"});
        forms.put("startTimeString", new String[] {"scan.startup.time", "endTimeString"});
        List<String> given = new ArrayList<>();
        for (Map.Entry<String, String[]> form : forms.entrySet()) {
            String start = form.getKey();
            String end = form.getValue().length > 1 ? form.getValue()[1] : start;
            if (reader.text(start).isEmpty() && reader.text(end).isEmpty()) {
                continue;
            }
            given.add(start);
            source.option(form.getValue()[0], reader.required(start));
            if (!end.equals(start)) {
                source.option(
                        form.getValue()[0].replace("startup", "bounded"), reader.required(end));
            }
        }
        if (given.size() != 1) {
            throw new JobException(
                    (given.isEmpty()
                                    ? "There is no start and no end in "
                                    : "There are several starts and ends ("
                                            + String.join(", ", given)
                                            + ") in ")
                            + reader.path("")
                            + " Give startTimeString and endTimeString, startTimestampMillis and"
                            + " endTimestampMillis, or date.");
        }
        if (!given.contains("startTimestampMillis")) {
            source.comment("Times as text are those of DataWorks' machines, China's.");
            source.option("scan.time-zone", "Asia/Shanghai");
        }
    }

    private void statusTable() throws JobException {
        Optional<String> statusTable = reader.text("statusTable");
        if (statusTable.isPresent()) {
            source.comment(
                    "The run begins where one has ended at its start, and leaves its own end in"
                            + " the status table before it ends, for DataWorks or for the next run"
                            + " of this script.");
            source.option("status-table", statusTable.get());
            source.option("status-table.required", "true");
        }
    }

    private void speed() throws JobException {
        Block speed = job.setting().block("speed");
        Optional<Long> channels = speed.number("channel");
        Optional<Long> concurrent = speed.number("concurrent").or(() -> channels);
        concurrent
                .filter(count -> count > 0)
                .ifPresent(count -> settings.put("parallelism.default", count.toString()));
        boolean throttle = speed.text("throttle").map(Boolean::parseBoolean).orElse(true);
        Optional<Long> mbps = speed.number("mbps");
        Optional<Long> bytes = speed.number("byte");
        Optional<Long> records = speed.number("record");
        if (throttle) {
            bytes.filter(limit -> limit > 0)
                    .ifPresent(limit -> source.option(BYTE_LIMIT, limit + "b"));
            mbps.filter(limit -> limit > 0)
                    .ifPresent(limit -> source.option(BYTE_LIMIT, limit + "mb"));
            records.filter(limit -> limit > 0)
                    .ifPresent(
                            limit ->
                                    source.option(
                                            "rate-limit.records-per-second", limit.toString()));
        }
    }

    private void errorLimit() throws JobException {
        Optional<Long> limit = job.setting().block("errorLimit").number("record");
        if (limit.isEmpty()) {
            source.comment(
                    "! The job sets no limit of errors, so any number of dirty records is left out,"
                            + " counted and logged, as in DataX.");
            source.option("dirty-record", "skip");
        } else if (limit.get() > 0) {
            source.comment(
                    "The limit of errors counts for each reader here, for the whole job in DataX,"
                            + " and what the target refuses does not count.");
            source.option("dirty-record", "skip");
            source.option("dirty-record.max-count", limit.get().toString());
        } else {
            source.option("dirty-record", "fail");
        }
    }

    private String targetName() throws JobException {
        Optional<String> table = job.writer().text("table");
        if (table.isEmpty() && !connections.isEmpty()) {
            table = connections.get(0).names("table").stream().findFirst();
        }
        return table.orElse("target");
    }

    private void target() throws JobException {
        String type = job.writerType();
        String kind = type.endsWith("writer") ? type.substring(0, type.length() - 6) : type;
        Optional<String> datasource = job.writer().text("datasource");
        switch (kind) {
            case "mysql":
            case "postgresql":
            case "oracle":
            case "sqlserver":
                target.comment("Needs Flink's JDBC connector, and the database's driver.");
                target.option("connector", "jdbc");
                target.option("url", url(kind));
                target.option("table-name", target.name());
                target.option("username", "${username}");
                target.option("password", "${password}");
                break;
            case "stream":
                target.option("connector", job.writer().isTrue("print") ? "print" : "blackhole");
                break;
            default:
                target.comment(
                        "! "
                                + type
                                + " has no connector that comes with Flink. The rows are printed to"
                                + " the TaskManagers' output until you put another connector and its"
                                + " options here.");
                target.option("connector", "print");
        }
        datasource.ifPresent(
                name ->
                        target.comment(
                                "The datasource "
                                        + name
                                        + " stands for an address that is not in"
                                        + " the job."));
    }

    private String url(String kind) throws JobException {
        for (Block connection : connections) {
            for (String url : connection.names("jdbcUrl")) {
                return withoutPasswords(url);
            }
        }
        return "jdbc:" + kind + "://${address}";
    }

    private void unknown() {
        for (Map.Entry<String, JsonNode> left : job.root().unread().entrySet()) {
            String path = left.getKey();
            String name = path.substring(path.lastIndexOf('.') + 1);
            String advice = ADVICE.getOrDefault(name, "left out.");
            without.add(path + value(name, left.getValue()) + ": " + advice);
        }
    }

    /** What stood there, unless it may be a secret or have one in it. */
    private static String value(String name, JsonNode value) {
        boolean isPlain = true;
        for (JsonNode element : value.isArray() ? value : List.of(value)) {
            isPlain &= element.isValueNode();
        }
        return isPlain && !SECRET.matcher(name).matches()
                ? " = " + withoutPasswords(value.toString())
                : "";
    }

    private static String withoutPasswords(String text) {
        return PASSWORD_IN_URL.matcher(text).replaceAll("$1...");
    }

    private String script(List<String> selected) {
        StringBuilder sql = new StringBuilder();
        settings.forEach(
                (key, value) ->
                        sql.append("SET ")
                                .append(TableDefinition.literal(key))
                                .append(" = ")
                                .append(TableDefinition.literal(value))
                                .append(";\n"));
        sql.append('\n').append(source.print());
        sql.append('\n').append(target.print());
        sql.append("\nINSERT INTO ")
                .append(TableDefinition.identifier(target.name()))
                .append("\nSELECT ")
                .append(String.join(", ", selected))
                .append("\nFROM ")
                .append(TableDefinition.identifier(source.name()))
                .append(";\n");
        String statements = parameters.fill(sql.toString());
        StringBuilder head = new StringBuilder();
        Set<String> open = placeholders(statements);
        if (!open.isEmpty()) {
            head.append(
                    TableDefinition.comment(
                            "! To be filled in, here or with -D name=value: "
                                    + String.join(", ", open),
                            ""));
        }
        if (!without.isEmpty()) {
            head.append(TableDefinition.comment("! These have no equal in the SQL:", ""));
            without.forEach(line -> head.append(TableDefinition.comment(line, "  ")));
        }
        return head.length() == 0 ? statements : head.append('\n').append(statements).toString();
    }

    private static Set<String> placeholders(String statements) {
        String code =
                statements
                        .lines()
                        .filter(line -> !line.startsWith("--"))
                        .collect(Collectors.joining("\n"));
        Set<String> found = new LinkedHashSet<>();
        Matcher matcher = PLACEHOLDER.matcher(code);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    private static int indexIgnoringCase(List<String> names, String wanted) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(wanted)) {
                return i;
            }
        }
        return -1;
    }
}
