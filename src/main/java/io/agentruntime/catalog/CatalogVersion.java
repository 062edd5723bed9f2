package io.agentruntime.catalog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A name for the content of a catalog: equal content has an equal name, on every replica and after
 * every restart.
 */
final class CatalogVersion {
    /** 64 bits: two different catalogs of one installation never meet in practice. */
    private static final int BYTES = 8;

    private CatalogVersion() {}

    /**
     * @param flows in an order that depends on their content alone
     */
    static String of(List<Flow> flows) {
        MessageDigest digest = sha256();
        for (Flow flow : flows) {
            put(digest, flow.provider());
            put(digest, flow.id());
            put(digest, flow.name());
            put(digest, flow.description());
            put(digest, flow.tags());
            put(digest, flow.examples());
            put(digest, flow.projectId());
            put(digest, flow.project());
            put(digest, flow.updatedAt() == null ? null : flow.updatedAt().toString());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    /** Of a single text, for comparison with itself. */
    static String hash(String text) {
        MessageDigest digest = sha256();
        put(digest, text);
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    private static void put(MessageDigest digest, List<String> texts) {
        put(digest, Integer.toString(texts.size()));
        texts.forEach(text -> put(digest, text));
    }

    /** Length first, so that no two different sequences of fields are the same bytes. */
    private static void put(MessageDigest digest, @Nullable String text) {
        byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        int length = text == null ? -1 : bytes.length;
        digest.update(
                new byte[] {
                    (byte) (length >> 24),
                    (byte) (length >> 16),
                    (byte) (length >> 8),
                    (byte) length
                });
        digest.update(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
