package io.agentruntime.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.CorsFilter;

/** Which web pages may call: those of the configured origins, always without cookies. */
public final class CrossOrigin {

    /** What HTTP knows and the firewall lets pass. */
    static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /** Browsers ask again after an hour; Chromium does after two whatever is said. */
    private static final Duration MAX_AGE = Duration.ofHours(1);

    /** Characters of the names of headers that a page may ask for at once. */
    private static final int MOST_NAMED = 4_096;

    private CrossOrigin() {}

    /** Answers preflights, and tells pages of these origins that they may read what is answered. */
    public static CorsFilter filter(List<String> origins) {
        CorsConfiguration rules = new CorsConfiguration();
        rules.setAllowedOrigins(origins);
        rules.setAllowedMethods(METHODS);
        rules.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        rules.setExposedHeaders(
                List.of(
                        "X-Request-ID",
                        "X-Flow-Provider",
                        "X-Catalog-Version",
                        "X-Catalog-Age",
                        "Retry-After",
                        "Allow",
                        "WWW-Authenticate"));
        rules.setMaxAge(MAX_AGE);
        CorsFilter filter = new OfPages(rules);
        filter.setCorsProcessor(new Silent());
        return filter;
    }

    /**
     * Leaves requests alone that no page sent; answers need no {@code Vary} then, since none may be
     * kept.
     */
    private static final class OfPages extends CorsFilter {

        OfPages(CorsConfiguration rules) {
            super(request -> rules);
        }

        @Override
        protected boolean shouldNotFilter(HttpServletRequest request) {
            return request.getHeader("Origin") == null;
        }
    }

    /**
     * A page of another origin is not told that it may read the answer, which is what stops it; the
     * request itself is treated like any other instead of being refused with a text page.
     */
    private static final class Silent extends DefaultCorsProcessor {

        @Override
        public boolean processRequest(
                CorsConfiguration rules, HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            try {
                return super.processRequest(rules, request, response)
                        || !CorsUtils.isPreFlightRequest(request);
            } catch (IllegalArgumentException | IllegalStateException noOrigin) {
                // Such as one whose port is no number, which Spring passes on
                return !CorsUtils.isPreFlightRequest(request);
            }
        }

        /** Those that are granted are all named, and an answer's head has room for 8 KiB. */
        @Override
        protected @Nullable List<String> checkHeaders(CorsConfiguration rules, List<String> asked) {
            return String.join(", ", asked).length() > MOST_NAMED
                    ? null
                    : super.checkHeaders(rules, asked);
        }

        @Override
        protected void rejectRequest(ServerHttpResponse response) {
            // No grant is the whole answer.
        }
    }
}
