/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import io.github.otsstream.flink.source.reader.TrimmedData;
import io.github.otsstream.flink.status.StatusTableSettings.Commit;
import io.github.otsstream.flink.table.OtsStreamConnectorOptions.CredentialsKind;
import io.github.otsstream.flink.table.OtsStreamConnectorOptions.ScanBoundedMode;
import io.github.otsstream.flink.table.OtsStreamConnectorOptions.ScanStartupMode;
import io.github.otsstream.flink.table.row.ChangelogKind;
import io.github.otsstream.flink.table.row.DirtyRecord;
import io.github.otsstream.flink.table.row.PartialUpdate;
import io.github.otsstream.flink.table.row.ReadMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.FallbackKey;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.table.api.ValidationException;

/**
 * The options that a user has given, read as their types, with errors that name them as the user
 * wrote them.
 *
 * <p>Values are understood as their users write them elsewhere: those of enums with underscores and
 * in any case, as in DataX, and {@code skipInvalidData} as the boolean that it is in Alibaba's
 * connector. A wrong value is a {@link ValidationException}, which never shows a credential.
 * Immutable.
 */
@Internal
public final class GivenOptions {

    /** Flink reads their values literally, so other spellings have to be translated. */
    private static final Map<ConfigOption<?>, Object[]> ENUMS =
            Map.of(
                    OtsStreamConnectorOptions.CREDENTIALS_PROVIDER, CredentialsKind.values(),
                    OtsStreamConnectorOptions.SCAN_STARTUP_MODE, ScanStartupMode.values(),
                    OtsStreamConnectorOptions.SCAN_BOUNDED_MODE, ScanBoundedMode.values(),
                    OtsStreamConnectorOptions.TRIMMED_DATA, TrimmedData.values(),
                    OtsStreamConnectorOptions.STATUS_TABLE_COMMIT, Commit.values(),
                    OtsStreamConnectorOptions.READ_MODE, ReadMode.values(),
                    OtsStreamConnectorOptions.CHANGELOG_MODE, ChangelogKind.values(),
                    OtsStreamConnectorOptions.PARTIAL_UPDATE, PartialUpdate.values(),
                    OtsStreamConnectorOptions.DIRTY_RECORD, DirtyRecord.values());

    private static final List<ConfigOption<String>> SECRETS =
            List.of(
                    OtsStreamConnectorOptions.ACCESS_KEY_SECRET,
                    OtsStreamConnectorOptions.SECURITY_TOKEN);

    private static final String SKIP_INVALID_DATA = "skipInvalidData";

    private final Map<String, String> given;
    private final Configuration options;

    private GivenOptions(Map<String, String> given, Configuration options) {
        this.given = given;
        this.options = options;
    }

    /**
     * @param known all options that there are; each is read once, so that a wrong value is found
     *     even where nothing asks for it
     * @param given keys and values as the user wrote them; those that are not known are kept
     * @throws ValidationException if a value is wrong, or if an option is given under two of its
     *     names with different values
     */
    public static GivenOptions of(Collection<ConfigOption<?>> known, Map<String, String> given) {
        Map<String, String> translated = new HashMap<>(given);
        for (ConfigOption<?> option : known) {
            List<String> keys = givenKeys(option, given);
            refuseTwoValues(keys, given);
            translated.keySet().removeAll(keys);
            if (!keys.isEmpty()) {
                String key = keys.get(0);
                translated.put(option.key(), translate(option, key, given.get(key)));
            }
        }
        GivenOptions options =
                new GivenOptions(Map.copyOf(given), Configuration.fromMap(translated));
        known.forEach(options::find);
        return options;
    }

    private static void refuseTwoValues(List<String> keys, Map<String, String> given) {
        if (keys.stream().map(given::get).distinct().count() > 1) {
            throw new ValidationException(
                    "The options "
                            + keys.stream()
                                    .map(GivenOptions::quote)
                                    .collect(Collectors.joining(" and "))
                            + " are names of the same option, but have different values. Give one"
                            + " of them.");
        }
    }

    private static String translate(ConfigOption<?> option, String key, String value) {
        if (!ENUMS.containsKey(option)) {
            return value;
        }
        String text = value.trim().toLowerCase(Locale.ROOT).replace('_', '-');
        if (key.equals(SKIP_INVALID_DATA) && (text.equals("true") || text.equals("false"))) {
            return (text.equals("true") ? DirtyRecord.SKIP : DirtyRecord.FAIL).toString();
        }
        return text;
    }

    /** Returns all options under their own keys, with values as Flink reads them. */
    Map<String, String> toMap() {
        return options.toMap();
    }

    /** Returns the option's value, or its default, or null if it has none. */
    public <T> T get(ConfigOption<T> option) {
        return find(option).orElse(option.defaultValue());
    }

    /** Returns the option's value if it was given. */
    public <T> Optional<T> find(ConfigOption<T> option) {
        try {
            return options.getOptional(option);
        } catch (IllegalArgumentException e) {
            throw new ValidationException(
                    "The value of the option " + describe(option) + " is wrong: " + why(option, e),
                    e);
        }
    }

    private static String why(ConfigOption<?> option, IllegalArgumentException e) {
        if (ENUMS.containsKey(option)) {
            return Arrays.stream(ENUMS.get(option))
                    .map(GivenOptions::text)
                    .collect(Collectors.joining(", ", "it must be one of ", "."));
        }
        Throwable reason = e;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        return reason instanceof NumberFormatException
                ? "it must be a whole number, and not too large."
                : reason.getMessage();
    }

    public boolean isGiven(ConfigOption<?> option) {
        return options.contains(option);
    }

    /**
     * Returns the option's key as the user wrote it and its value, which is left out if it is a
     * secret, for messages.
     */
    public String describe(ConfigOption<?> option) {
        List<String> keys = givenKeys(option, given);
        if (keys.isEmpty()) {
            return option.hasDefaultValue()
                    ? quote(option.key()) + " = " + quote(text(option.defaultValue()))
                    : quote(option.key());
        }
        String key = keys.get(0);
        return SECRETS.contains(option) || holdsPassword(key, given.get(key))
                ? quote(key)
                : quote(key) + " = " + quote(given.get(key));
    }

    /** Runs what may refuse the option's value, and names the option then. */
    <T> T check(ConfigOption<?> option, Supplier<T> use) {
        try {
            return use.get();
        } catch (IllegalArgumentException e) {
            throw new ValidationException(
                    "The option " + describe(option) + " can't be used: " + e.getMessage(), e);
        }
    }

    /** The error for an option that can't be used. */
    public ValidationException refused(ConfigOption<?> option, String why) {
        return new ValidationException("The option " + describe(option) + " can't be used: " + why);
    }

    /** The error for two options of which only one can be meant. */
    ValidationException contradiction(ConfigOption<?> one, ConfigOption<?> other, String why) {
        return new ValidationException(
                "The options "
                        + describe(one)
                        + " and "
                        + describe(other)
                        + " contradict each other: "
                        + why);
    }

    /** Whether Flink, which knows secrets by their names, would print what must not be seen. */
    public static boolean isSecretThatFlinkShows(String key, String value) {
        boolean isSecret = SECRETS.stream().anyMatch(secret -> keys(secret).contains(key));
        return isSecret && !GlobalConfiguration.isSensitive(key) || holdsPassword(key, value);
    }

    /** An endpoint is refused then, but must not be shown either. */
    private static boolean holdsPassword(String key, String value) {
        return keys(OtsStreamConnectorOptions.ENDPOINT).contains(key) && value.indexOf('@') >= 0;
    }

    /** All names of an option, its own first. */
    public static List<String> keys(ConfigOption<?> option) {
        List<String> keys = new ArrayList<>();
        keys.add(option.key());
        for (FallbackKey key : option.fallbackKeys()) {
            keys.add(key.getKey());
        }
        return keys;
    }

    private static List<String> givenKeys(ConfigOption<?> option, Map<String, String> given) {
        List<String> keys = keys(option);
        keys.removeIf(key -> !given.containsKey(key));
        return keys;
    }

    private static String text(Object value) {
        return value instanceof Enum ? value.toString().toLowerCase(Locale.ROOT) : value.toString();
    }

    private static String quote(String text) {
        return '\'' + text + '\'';
    }
}
