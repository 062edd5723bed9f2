package io.agentruntime.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.agentruntime.settings.RouteSettings;
import io.agentruntime.state.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JSON file per provider, replaced as a whole; several services may keep theirs in one folder.
 * The content's own version is in it, so that a file that was damaged or edited is known as such.
 * When the list was fetched is the file's time of change.
 */
final class FileCatalogStore implements CatalogStore {
    private static final Logger log = LoggerFactory.getLogger(FileCatalogStore.class);

    /**
     * Raised when a new version could not be read as this one is; files of other formats are
     * ignored.
     */
    private static final int FORMAT = 1;

    /**
     * An unchanged list is marked as fetched again at most this often: a restart may think it this
     * much older.
     */
    private static final Duration TOUCH = Duration.ofSeconds(10);

    /** A list that may not get old is marked more often: a restart must not take it for too old. */
    private static final int TOUCHES_IN_MAX_STALE = 10;

    private final Path folder;
    private final @Nullable RouteSettings settings;
    private final Duration touch;
    private final UnaryOperator<Instant> byTheWall;
    private final ObjectMapper json =
            new ObjectMapper()
                    .registerModule(new JavaTimeModule())
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    private final Map<String, Instant> marked = new HashMap<>();

    /** Of each file as it was last read or written, so that one that is not that is noticed. */
    private final Map<String, Long> sizes = new ConcurrentHashMap<>();

    /** Whose file is older than what they offer, as it could not be written. */
    private final Set<String> behind = ConcurrentHashMap.newKeySet();

    /**
     * @param settings tell lists of a provider as it is set up now from others; null: lists are
     *     read however it was set up
     * @param maxStale the age at which a list is no longer answered from
     * @param byTheWall when a list was fetched, by the clock that the next start will go by
     */
    FileCatalogStore(
            Path folder,
            @Nullable RouteSettings settings,
            Duration maxStale,
            UnaryOperator<Instant> byTheWall) {
        this.folder = folder;
        this.settings = settings;
        Duration part = maxStale.dividedBy(TOUCHES_IN_MAX_STALE);
        this.touch = part.compareTo(TOUCH) < 0 ? part : TOUCH;
        this.byTheWall = byTheWall;
    }

    /** For lists whose times are the wall clock's. */
    FileCatalogStore(Path folder, @Nullable RouteSettings settings, Duration maxStale) {
        this(folder, settings, maxStale, UnaryOperator.identity());
    }

    private @Nullable String origin(String provider) {
        return settings == null ? null : CatalogVersion.hash(settings.origin(provider));
    }

    private @Nullable String key(String provider) {
        if (settings == null) {
            return null;
        }
        String key = settings.value(provider + "-api-key");
        // Enough to tell keys apart, too little to find one by
        return key.isEmpty() ? "" : CatalogVersion.hash(key).substring(0, 8);
    }

    private @Nullable String choice(String provider) {
        return settings == null ? null : CatalogVersion.hash(settings.choice(provider));
    }

    /** A version before told one that was not set from one that is false. */
    private static @Nullable String asNow(@Nullable String choice) {
        return CatalogVersion.hash("").equals(choice) ? CatalogVersion.hash("false") : choice;
    }

    /** Null is not known, and fits. */
    private static boolean differ(@Nullable String one, @Nullable String other) {
        return one != null && other != null && !one.equals(other);
    }

    /**
     * The file's content.
     *
     * @param origin null in files of versions that did not keep it, as are {@code key} and {@code
     *     choice}
     * @param key a fingerprint of the API key, empty when none was set
     */
    private record Kept(
            int format,
            @Nullable String origin,
            @Nullable String key,
            @Nullable String choice,
            @JsonProperty("version") String version,
            String provider,
            List<Flow> flows) {}

    @Override
    public ProviderCatalog read(String provider) {
        Path file = file(provider);
        try (InputStream in = Files.newInputStream(file)) {
            Kept kept = json.readValue(in, Kept.class);
            List<Flow> flows = kept == null ? null : sharing(kept.flows());
            boolean ours =
                    kept != null
                            && flows != null
                            && kept.format() == FORMAT
                            && provider.equals(kept.provider())
                            && CatalogVersion.of(flows).equals(kept.version());
            if (ours && differ(asNow(kept.choice()), choice(provider))) {
                log.warn(
                        "{} was saved with another …_INCLUDE_EXAMPLES than is set now: it is ignored",
                        file);
                return ProviderCatalog.unknown(provider);
            }
            if (ours) {
                // One that lacks the key is written anew as soon as the provider confirms it
                if (kept.key() != null || settings == null) {
                    sizes.put(provider, Files.size(file));
                }
                Instant written = Files.getLastModifiedTime(file).toInstant();
                Instant now = Instant.now();
                // A clock that was wrong then must not make the list young for ever
                Instant fetchedAt = written.isAfter(now) ? now : written;
                log.info(
                        "{} offered {} flows at {}, as kept in {}",
                        provider,
                        flows.size(),
                        fetchedAt,
                        file);
                boolean elsewhere =
                        differ(kept.origin(), origin(provider))
                                || differ(kept.key(), key(provider));
                if (elsewhere) {
                    log.warn(
                            "the saved flows of {} come from another address, user or API key than is set now: they count as stale until it answers",
                            provider);
                }
                return ProviderCatalog.remembered(provider, flows, fetchedAt, elsewhere);
            }
            log.warn("{} is not a list that this version kept: it is ignored", file);
        } catch (NoSuchFileException e) {
            log.debug("nothing is kept for {}", provider);
        } catch (IOException | RuntimeException e) {
            log.warn("{} cannot be used and is ignored: {}", file, reason(e));
        }
        return ProviderCatalog.unknown(provider);
    }

    private static @Nullable List<Flow> sharing(@Nullable List<Flow> flows) {
        SharedTexts texts = new SharedTexts();
        return flows == null ? null : flows.stream().map(flow -> flow.sharing(texts)).toList();
    }

    @Override
    public synchronized boolean write(ProviderCatalog catalog) {
        List<Flow> flows = catalog.flows();
        if (flows == null) {
            return false;
        }
        // Whatever becomes of this, what is on disk is not marked as if it were this list
        sizes.remove(catalog.name());
        marked.remove(catalog.name());
        try {
            AtomicFile.write(
                    file(catalog.name()),
                    byTheWall.apply(catalog.fetchedAt()),
                    out ->
                            json.writeValue(
                                    out,
                                    new Kept(
                                            FORMAT,
                                            origin(catalog.name()),
                                            key(catalog.name()),
                                            choice(catalog.name()),
                                            CatalogVersion.of(flows),
                                            catalog.name(),
                                            flows)));
            marked.put(catalog.name(), catalog.fetchedAt());
            sizes.put(catalog.name(), Files.size(file(catalog.name())));
            if (behind.remove(catalog.name()) && behind.isEmpty()) {
                log.info("flow lists are kept in {} again", folder.toAbsolutePath());
            }
            return true;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            complain(catalog.name(), e);
            return false;
        }
    }

    @Override
    public synchronized boolean touch(ProviderCatalog catalog) {
        if (behind.contains(catalog.name())) {
            return write(catalog);
        }
        Instant last = marked.get(catalog.name());
        if (last != null && catalog.fetchedAt().isBefore(last.plus(touch))) {
            return false;
        }
        try {
            if (!Objects.equals(sizes.get(catalog.name()), Files.size(file(catalog.name())))) {
                return write(catalog);
            }
            Files.setLastModifiedTime(
                    file(catalog.name()), FileTime.from(byTheWall.apply(catalog.fetchedAt())));
            marked.put(catalog.name(), catalog.fetchedAt());
            return true;
        } catch (NoSuchFileException e) {
            return write(catalog);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            complain(catalog.name(), e);
            return false;
        }
    }

    /** Once per trouble, not once per refresh. */
    private void complain(String provider, Throwable e) {
        boolean isNew = behind.isEmpty();
        behind.add(provider);
        if (isNew) {
            log.warn(
                    "flow lists cannot be kept in {} ({}): answers go on, but a restart while a provider is down will know nothing; {}",
                    folder.toAbsolutePath(),
                    reason(e),
                    e instanceof IOException
                            ? "check AGENT_RUNTIME_SERVICE_STATE_DIR"
                            : "the next refresh tries again");
        }
    }

    @Override
    public boolean isWritable() {
        return behind.isEmpty();
    }

    private static String reason(Throwable e) {
        @Nullable String message =
                e instanceof JsonProcessingException unread
                        ? unread.getOriginalMessage()
                        : e.getMessage();
        String first = message == null ? "" : message.lines().findFirst().orElse("");
        return e.getClass().getSimpleName()
                + ": "
                + (first.length() > 160 ? first.substring(0, 160) : first);
    }

    private Path file(String provider) {
        return folder.resolve(provider + ".json");
    }
}
