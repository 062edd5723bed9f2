package io.agentruntime.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.io.ClassPathResource;

/**
 * Texts that a product writes into each new flow by itself, known by their fingerprints: the first
 * 64 bits of the SHA-256 of their small letters and digits, as hex.
 */
final class StockTexts {
    static final StockTexts NONE = new StockTexts(Set.of());

    /** None is longer. */
    private static final int LONGEST = 200;

    private static final String IN_JAR = "classpath:";
    private static final int FINGERPRINT_BYTES = 8;

    private final Set<String> fingerprints;

    private StockTexts(Set<String> fingerprints) {
        this.fingerprints = fingerprints;
    }

    /**
     * @param written the texts with {@code |} between, or {@code classpath:} and a file of the jar
     *     with a fingerprint in each line
     */
    static StockTexts of(String written) {
        String texts = written.strip();
        return new StockTexts(
                texts.startsWith(IN_JAR)
                        ? lines(texts.substring(IN_JAR.length()))
                        : Stream.of(texts.split("\\|"))
                                .filter(text -> !text.isBlank())
                                .map(StockTexts::fingerprint)
                                .collect(Collectors.toUnmodifiableSet()));
    }

    boolean contains(String text) {
        return !fingerprints.isEmpty()
                && text.length() <= LONGEST
                && fingerprints.contains(fingerprint(text));
    }

    private static Set<String> lines(String file) {
        try {
            return new ClassPathResource(file)
                    .getContentAsString(StandardCharsets.UTF_8)
                    .lines()
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("the jar has no " + file, e);
        }
    }

    private static String fingerprint(String text) {
        StringBuilder letters = new StringBuilder(text.length());
        Normalizer.normalize(text, Normalizer.Form.NFKC)
                .codePoints()
                .filter(c -> Character.isLetter(c) || isNumber(c))
                .forEach(letters::appendCodePoint);
        byte[] hash =
                CatalogVersion.sha256()
                        .digest(
                                letters.toString()
                                        .toLowerCase(Locale.ROOT)
                                        .getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES);
    }

    /** A digit of any script, or a sign such as Ⅷ, ½ or ②. */
    private static boolean isNumber(int c) {
        int type = Character.getType(c);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }
}
