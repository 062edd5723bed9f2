package io.agentruntime.routes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The route files that are used together: the jar's own, each replaced by the folder's file of the
 * same name, and what else the folder has.
 */
public final class RouteFiles {
    static final String ENDING = ".camel.yaml";

    private static final Pattern PROVIDER = Pattern.compile("provider-(.+)\\.camel\\.yaml");

    /** Names that were probably meant to be route files, and are not. */
    private static final Pattern NEARLY = Pattern.compile("(.+?)([.-]camel)?\\.ya?ml(\\.txt)?");

    /**
     * What Camel takes for a list, a pattern, an encoding or a folder's end where it loads a file.
     */
    private static final Pattern NOT_LOADED_FROM = Pattern.compile("[,+*?:\\\\]|%[0-9A-Fa-f]{2}");

    private final Path folder;
    private final Map<String, String> own;
    private final Map<String, String> beside;

    private RouteFiles(Path folder, Map<String, String> own, Map<String, String> beside) {
        this.folder = folder;
        this.own = own;
        this.beside = beside;
    }

    /** What the folder and the jar hold now; a folder that is not there is an empty one. */
    public static RouteFiles read(Path folder) throws IOException {
        return new RouteFiles(folder, own(), beside(folder));
    }

    /** What the folder holds now, with the jar's files as they were read. */
    RouteFiles readAgain() throws IOException {
        return new RouteFiles(folder, own, beside(folder));
    }

    private static Map<String, String> own() throws IOException {
        Map<String, String> own = new TreeMap<>();
        for (Resource file :
                new PathMatchingResourcePatternResolver()
                        .getResources("classpath*:routes/*" + ENDING)) {
            // Of two on the class path, the first is the one that Camel reads.
            own.putIfAbsent(
                    String.valueOf(file.getFilename()),
                    file.getContentAsString(StandardCharsets.UTF_8));
        }
        return own;
    }

    private static Map<String, String> beside(Path folder) throws IOException {
        Map<String, String> beside = new TreeMap<>();
        for (Path file : list(folder)) {
            String name = file.getFileName().toString();
            if (name.endsWith(ENDING) && !isHidden(name) && Files.isRegularFile(file)) {
                beside.put(name, content(file));
            }
        }
        return beside;
    }

    /** Bytes that are not UTF-8 are found by the checks, with their place. */
    private static String content(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static IOException unreadable(Path path, IOException cause) {
        return new IOException(path + " cannot be read: check who may read it", cause);
    }

    private static boolean isHidden(String name) {
        return name.startsWith(".");
    }

    /** Contents by file name, of provider files only those of the given providers. */
    public Map<String, String> contents(List<String> providers) {
        Map<String, String> used = contents();
        used.keySet()
                .removeIf(name -> provider(name) != null && !providers.contains(provider(name)));
        return used;
    }

    /** What the folder has of other providers than these, but for copies of the jar's files. */
    Map<String, String> unused(List<String> providers) {
        Map<String, String> unused = new TreeMap<>(beside);
        unused.keySet().removeAll(contents(providers).keySet());
        unused.entrySet().removeAll(own.entrySet());
        return unused;
    }

    /** Contents by file name. */
    public Map<String, String> contents() {
        Map<String, String> all = new TreeMap<>(own);
        all.putAll(beside);
        return all;
    }

    /** The names of the providers that there are files of. */
    public Set<String> providers() {
        return contents().keySet().stream()
                .map(RouteFiles::provider)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    /**
     * Whether the given files are the jar's own, to the letter. What one file refers to may be in
     * another, so that a single other file makes all of them worth a check.
     */
    public boolean areOfTheJar(Map<String, String> contents) {
        return own.entrySet().containsAll(contents.entrySet());
    }

    /** Where the given files are, as Camel names places. */
    public List<String> locations(Map<String, String> contents) {
        return contents.keySet().stream()
                .map(
                        name ->
                                beside.containsKey(name)
                                        ? "file:" + folder.resolve(name)
                                        : "classpath:routes/" + name)
                .toList();
    }

    int numberBeside() {
        return beside.size();
    }

    /** Files of the folder whose names keep them from being used, and names that are of no file. */
    static List<Finding> misnamed(Path folder) throws IOException {
        return list(folder).stream()
                .filter(file -> !isHidden(file.getFileName().toString()))
                .map(RouteFiles::misnamedFile)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Finding> misnamedFile(Path file) {
        String name = file.getFileName().toString();
        Matcher nearly = NEARLY.matcher(name);
        String why = "";
        if (name.endsWith(ENDING)) {
            boolean leadsNowhere = Files.isSymbolicLink(file) && !Files.exists(file);
            if (leadsNowhere || Files.isDirectory(file)) {
                why =
                        "this is a folder or a link to no file, and is not used: put a file in its place, or remove it";
            }
        } else if (nearly.matches()) {
            why = "the name keeps this file from being used: call it " + nearly.group(1) + ENDING;
        }
        return why.isEmpty() ? Optional.empty() : Optional.of(new Finding(name, 1, 1, why));
    }

    /** Whether a start can load a file of this name. */
    static boolean canBeLoaded(String name) {
        return !NOT_LOADED_FROM.matcher(name).find();
    }

    /** The provider that a file is of, by its name; null for other files. */
    static @Nullable String provider(String file) {
        Matcher provider = PROVIDER.matcher(file);
        return provider.matches() ? provider.group(1) : null;
    }

    /**
     * The names that may be meant in a file: in a provider's, none of another provider.
     *
     * @param owners files by the names that are theirs
     */
    static Set<String> meantIn(String file, Set<String> names, Map<String, String> owners) {
        return names.stream()
                .filter(name -> !isOfAnotherProvider(file, owners.getOrDefault(name, file)))
                .collect(Collectors.toSet());
    }

    static boolean isOfAnotherProvider(String file, String owner) {
        return !owner.equals(file) && provider(owner) != null && provider(file) != null;
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }
}
