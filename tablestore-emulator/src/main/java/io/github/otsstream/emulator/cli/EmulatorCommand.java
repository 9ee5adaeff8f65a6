/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.cli;

import io.github.otsstream.emulator.EmulatorClock;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The emulator as a program. Runs until a signal stops it, and then closes its connections first.
 * Exits with 2 and one line on standard error if an option is wrong, and with 1 and one line if it
 * cannot listen.
 */
@Command(
        name = "tablestore-emulator",
        description = "An in-memory Tablestore server for one machine.",
        mixinStandardHelpOptions = true,
        versionProvider = EmulatorVersion.class,
        sortOptions = false)
public final class EmulatorCommand implements Callable<Integer> {

    private static final int DEFAULT_PORT = 8087;

    /** Where log4j looks for its configuration. */
    private static final String LOGGING = "log4j2.configurationFile";

    @Spec private CommandSpec spec;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen on. Default: ${DEFAULT-VALUE}.")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "" + DEFAULT_PORT,
            description = "Port to listen on, 0 for any free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--instance",
            paramLabel = "NAME",
            defaultValue = "emulator",
            description = "Name of the instance. Default: ${DEFAULT-VALUE}.")
    private String instance;

    @Option(
            names = "--access-key-id",
            paramLabel = "ID",
            defaultValue = "emulator",
            description = "Id of the key pair that clients sign with. Default: ${DEFAULT-VALUE}.")
    private String accessKeyId;

    @Option(
            names = "--access-key-secret",
            paramLabel = "SECRET",
            defaultValue = "emulator-secret",
            description = "Secret of the key pair. Default: ${DEFAULT-VALUE}.")
    private String accessKeySecret;

    @Option(
            names = "--tls-keystore",
            paramLabel = "FILE",
            description =
                    "Serves HTTPS, with the key and certificate of this PKCS #12 or JKS file.")
    private Path keyStore;

    @Option(
            names = "--tls-keystore-password",
            paramLabel = "PASSWORD",
            defaultValue = "changeit",
            description = "Password of that file and of its key. Default: ${DEFAULT-VALUE}.")
    private String keyStorePassword;

    @Option(
            names = "--clock-offset",
            paramLabel = "DURATION",
            defaultValue = "0s",
            description = "How far the service's clock is ahead, for example -90m or 36h.")
    private String clockOffset;

    @Option(
            names = "--latency",
            paramLabel = "DURATION",
            defaultValue = "0s",
            description = "Delay of every request, for example 20ms.")
    private String latency;

    @Option(
            names = "--faults",
            paramLabel = "FILE|JSON",
            description = "Fault plan, as a file or as JSON text.")
    private String faults;

    /** Starts the emulator; see {@code --help} for the options. */
    public static void main(String[] arguments) {
        if (System.getProperty(LOGGING) == null) {
            System.setProperty(LOGGING, "io/github/otsstream/emulator/cli/log4j2.xml");
        }
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new EmulatorCommand())
                .setParameterExceptionHandler(
                        (error, arguments) -> {
                            printLine(error.getCommandLine(), error, " Try --help.");
                            return CommandLine.ExitCode.USAGE;
                        })
                .setExecutionExceptionHandler(
                        (error, command, arguments) -> {
                            printLine(command, error, "");
                            return CommandLine.ExitCode.SOFTWARE;
                        });
    }

    private static void printLine(CommandLine command, Exception error, String hint) {
        String message = String.valueOf(error.getMessage()).replaceAll("\\s*\\R\\s*", " ");
        command.getErr().println(message + (message.endsWith(".") ? "" : ".") + hint);
    }

    @Override
    public Integer call() throws InterruptedException {
        EmulatorClock clock = new EmulatorClock(Clock.systemUTC());
        clock.advance(duration("--clock-offset", clockOffset));
        TablestoreEmulator.Builder builder =
                TablestoreEmulator.builder()
                        .host(host)
                        .instanceName(instance)
                        .clock(clock)
                        .faults(plan());
        if (keyStore != null) {
            builder.tls(tls());
        }
        try {
            builder.port(port).accessKey(accessKeyId, accessKeySecret);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage() + ".");
        }
        CountDownLatch stopped = new CountDownLatch(1);
        TablestoreEmulator emulator = builder.start();
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    emulator.close();
                                    stopped.countDown();
                                },
                                "emulator-shutdown"));
        spec.commandLine()
                .getOut()
                .println("Tablestore emulator listens on " + emulator.endpoint());
        spec.commandLine().getOut().println("Instance: " + instance);
        spec.commandLine().getOut().println("Access key id: " + accessKeyId);
        spec.commandLine().getOut().println("Admin interface: " + emulator.endpoint() + "/admin");
        spec.commandLine().getOut().flush();
        stopped.await();
        return CommandLine.ExitCode.OK;
    }

    private SSLContext tls() {
        try {
            char[] password = keyStorePassword.toCharArray();
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(KeyStore.getInstance(keyStore.toFile(), password), password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Option --tls-keystore: cannot read the file "
                            + keyStore
                            + " with its password: "
                            + e.getMessage(),
                    e);
        }
    }

    private FaultPlan plan() {
        FaultPlan plan = FaultPlan.NONE;
        if (faults != null) {
            try {
                plan = FaultPlan.fromJson(readFaults());
            } catch (IllegalArgumentException e) {
                throw new ParameterException(
                        spec.commandLine(), "Option --faults: " + e.getMessage() + ".", e);
            }
        }
        long millis = duration("--latency", latency).toMillis();
        if (millis < 0) {
            throw new ParameterException(
                    spec.commandLine(), "Option --latency must not be negative.");
        }
        return millis == 0 ? plan : plan.with(FaultRule.latency(millis));
    }

    private String readFaults() {
        if (faults.trim().startsWith("{")) {
            return faults;
        }
        try {
            return Files.readString(Path.of(faults));
        } catch (IOException | InvalidPathException e) {
            throw new ParameterException(
                    spec.commandLine(), "Option --faults: cannot read the file " + faults + ".", e);
        }
    }

    /** Reads {@code 20ms}, {@code -90m}, {@code 1h30m}, or an ISO duration. */
    private Duration duration(String option, String text) {
        String lower = text.trim().toLowerCase(Locale.ROOT);
        try {
            if (lower.matches("-?\\d+ms")) {
                return Duration.ofMillis(Long.parseLong(lower.substring(0, lower.length() - 2)));
            }
            boolean negative = lower.startsWith("-");
            String magnitude = negative ? lower.substring(1) : lower;
            if (magnitude.matches("\\d+d")) {
                magnitude = "p" + magnitude;
            }
            Duration duration =
                    Duration.parse(magnitude.startsWith("p") ? magnitude : "pt" + magnitude);
            return negative ? duration.negated() : duration;
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Option "
                            + option
                            + " must be a duration such as 20ms, 90s, 15m or -36h, but is '"
                            + text
                            + "'.",
                    e);
        }
    }
}
