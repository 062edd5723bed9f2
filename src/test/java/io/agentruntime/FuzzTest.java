package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.agentruntime.catalog.FlowListFuzz;
import io.agentruntime.provision.RequestFuzz;
import io.agentruntime.security.TokenFuzz;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code acceptance/fuzz/run} looks for in minutes, in short: all kept inputs, and the same
 * few thousand changes of them on every run. An input that once did harm is kept beside the seeds.
 */
class FuzzTest {
    private static final Path INPUTS = Path.of("src/test/resources/fuzz");
    private static final int CHANGES = 5_000;
    private static final List<String> PIECES =
            List.of(
                    "\"", "{", "}", "[", "]", ",", ":", ".", "null", "1e400", "\\u0000", "\\ud83d",
                    "=");

    static Stream<Arguments> targets() {
        return Stream.of(
                target("token", TokenFuzz::fuzzerTestOneInput),
                target("request", RequestFuzz::fuzzerTestOneInput),
                target("flow-list", FlowListFuzz::fuzzerTestOneInput));
    }

    private static Arguments target(String name, Consumer<byte[]> target) {
        return arguments(name, target);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void keptInputsDoNoHarm(String name, Consumer<byte[]> target) throws IOException {
        List<byte[]> inputs = inputs(name);

        assertThat(inputs).hasSizeGreaterThan(3);
        inputs.forEach(input -> run(target, input));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void changedInputsDoNoHarm(String name, Consumer<byte[]> target) throws IOException {
        List<byte[]> inputs = inputs(name);
        var random = new Random(name.hashCode());
        for (int i = 0; i < CHANGES; i++) {
            byte[] input = inputs.get(random.nextInt(inputs.size()));
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                input = changed(input, inputs, random);
            }
            run(target, input);
        }
    }

    private static void run(Consumer<byte[]> target, byte[] input) {
        try {
            target.accept(input);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("harmed by " + HexFormat.of().formatHex(input), e);
        }
    }

    private static List<byte[]> inputs(String name) throws IOException {
        try (Stream<Path> files = Files.list(INPUTS.resolve(name))) {
            return files.sorted().map(FuzzTest::read).toList();
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] changed(byte[] input, List<byte[]> others, Random random) {
        int at = random.nextInt(input.length + 1);
        byte[] before = Arrays.copyOf(input, at);
        byte[] after = Arrays.copyOfRange(input, at, input.length);
        return switch (random.nextInt(5)) {
            case 0 -> flipped(input, random);
            case 1 -> joined(before, piece(random), after);
            case 2 -> joined(before, from(after, random.nextInt(9)));
            case 3 -> before;
            default -> {
                byte[] other = others.get(random.nextInt(others.size()));
                yield joined(before, from(other, random.nextInt(other.length + 1)));
            }
        };
    }

    private static byte[] flipped(byte[] input, Random random) {
        byte[] flipped = input.clone();
        if (flipped.length > 0) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private static byte[] from(byte[] input, int at) {
        return Arrays.copyOfRange(input, Math.min(at, input.length), input.length);
    }

    private static byte[] piece(Random random) {
        return PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
