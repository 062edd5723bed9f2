package io.agentruntime.catalog;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/**
 * What Java trusts, as it is set. Where that cannot be used, no certificate is believed, and Java
 * says nothing of the reason.
 */
final class TrustStore {
    private static final String PROPERTY = "javax.net.ssl.trustStore";
    private static final String NAME = "the trust store that " + PROPERTY + " names ";

    /** All that Java says when it could not open the store. */
    private static final String NOT_OPENED = "No X509TrustManager implementation available";

    private TrustStore() {}

    /** What is wrong with it, if that is why a connection failed; else null. */
    static @Nullable String faultBehind(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            boolean notOpened =
                    at instanceof CertificateException && NOT_OPENED.equals(at.getMessage());
            boolean holdsNothing =
                    at instanceof InvalidAlgorithmParameterException
                            && String.valueOf(at.getMessage()).contains("trustAnchors");
            if ((notOpened || holdsNothing || at instanceof CertPathBuilderException)
                    && !isThere()) {
                return NAME + "is not there, or may not be read";
            }
            if (notOpened) {
                return NAME
                        + "cannot be opened: check "
                        + PROPERTY
                        + "Password, and that it is a PKCS12 or JKS file, not a PEM";
            }
            if (holdsNothing) {
                return NAME
                        + "holds no authority that can be read: check "
                        + PROPERTY
                        + "Password, without which Java reads none of a PKCS12 file";
            }
        }
        return null;
    }

    /** Whether there is one, as far as that can be told: it may be in none of the file systems. */
    private static boolean isThere() {
        String file = System.getProperty(PROPERTY, "");
        return file.isEmpty() || file.equals("NONE") || Files.isReadable(Path.of(file));
    }
}
