package io.agentruntime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Certificates of an authority of this run, made by the JDK's own keytool. */
final class Certificates {
    private static final String PASSWORD = "fake-password";
    private static final String LOOPBACK = "san=ip:127.0.0.1,dns:localhost";

    private final Path folder;
    private final Map<String, SSLContext> made = new HashMap<>();

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /** Makes the authority; {@link #trusted} holds its certificate. */
    static Certificates in(Path folder) {
        var certificates = new Certificates(folder);
        certificates.pair("ca", "-dname", "CN=Fake authority", "-ext", "bc:c");
        certificates.keytool("-exportcert", "ca", "-file", folder.resolve("ca.crt").toString());
        certificates.run(
                List.of(
                        "-importcert",
                        "-noprompt",
                        "-alias",
                        "ca",
                        "-file",
                        folder.resolve("ca.crt").toString(),
                        "-keystore",
                        certificates.trusted().toString(),
                        "-storepass",
                        PASSWORD));
        return certificates;
    }

    /** The store that an operator would have Java trust. */
    Path trusted() {
        return folder.resolve("trusted.p12");
    }

    static String password() {
        return PASSWORD;
    }

    SSLContext good() {
        return signed("good", LOOPBACK);
    }

    SSLContext expired() {
        return signed("expired", LOOPBACK, "-startdate", "-10d", "-validity", "2");
    }

    SSLContext notYetValid() {
        return signed("early", LOOPBACK, "-startdate", "+10d");
    }

    SSLContext ofAnotherHost() {
        return signed("elsewhere", "san=dns:elsewhere.example");
    }

    SSLContext selfSigned() {
        return once("self-signed", "-dname", "CN=localhost", "-ext", LOOPBACK);
    }

    private SSLContext signed(String name, String names, String... more) {
        var options =
                new ArrayList<>(List.of("-dname", "CN=" + name, "-ext", names, "-signer", "ca"));
        options.addAll(List.of(more));
        return once(name, options.toArray(String[]::new));
    }

    private SSLContext once(String name, String... options) {
        return made.computeIfAbsent(
                name,
                it -> {
                    pair(it, options);
                    return context(it);
                });
    }

    private void pair(String name, String... options) {
        var all = new ArrayList<>(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        all.addAll(List.of(options));
        keytool("-genkeypair", name, all.toArray(String[]::new));
    }

    private void keytool(String command, String alias, String... options) {
        var all =
                new ArrayList<>(
                        List.of(
                                command,
                                "-alias",
                                alias,
                                "-keystore",
                                store().toString(),
                                "-storepass",
                                PASSWORD));
        all.addAll(List.of(options));
        run(all);
    }

    private void run(List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new AssertionError(arguments + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private Path store() {
        return folder.resolve("all.p12");
    }

    private SSLContext context(String alias) {
        char[] password = PASSWORD.toCharArray();
        try (InputStream file = Files.newInputStream(store())) {
            KeyStore all = KeyStore.getInstance("PKCS12");
            all.load(file, password);
            KeyStore one = KeyStore.getInstance("PKCS12");
            one.load(null, null);
            one.setKeyEntry(
                    alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(one, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
