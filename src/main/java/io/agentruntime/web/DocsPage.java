package io.agentruntime.web;

import io.agentruntime.settings.Settings;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ResponseStatusException;

/**
 * The page a person tries the API in: Swagger UI over {@code /openapi.json}, from this service
 * alone.
 */
@Controller
final class DocsPage {
    private static final MediaType CSS = MediaType.parseMediaType("text/css;charset=UTF-8");
    private static final MediaType SCRIPT =
            MediaType.parseMediaType("text/javascript;charset=UTF-8");

    /**
     * Everything from this server, no script inside the page. Swagger UI sets style attributes and
     * draws its icons from data URLs.
     */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
                    + " img-src 'self' data:; connect-src 'self'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'";

    private static final MediaType HTML = MediaType.parseMediaType("text/html;charset=UTF-8");

    private final boolean enabled;

    /** All there is; any other name is not found, so no path can leave this list. */
    private final Map<String, Asset> assets;

    DocsPage(Settings settings) throws IOException {
        this.enabled = settings.docsEnabled();
        String swaggerUi = swaggerUi();
        this.assets =
                Map.of(
                        "index.html", new Asset("docs/index.html", HTML),
                        "page.css", new Asset("docs/page.css", CSS),
                        "page.js", new Asset("docs/page.js", SCRIPT),
                        "swagger-ui.css", new Asset(swaggerUi + "swagger-ui.css", CSS),
                        "swagger-ui-bundle.js",
                                new Asset(swaggerUi + "swagger-ui-bundle.js", SCRIPT),
                        "favicon-32x32.png",
                                new Asset(swaggerUi + "favicon-32x32.png", MediaType.IMAGE_PNG));
    }

    @GetMapping("/docs")
    void page(HttpServletResponse response) throws IOException {
        asset("index.html", response);
    }

    /** Whole, whatever range is asked for. */
    @GetMapping("/docs/assets/{name}")
    void asset(@PathVariable("name") String name, HttpServletResponse response) throws IOException {
        Asset asset = assets.get(name);
        if (!enabled || asset == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        Resource file = new ClassPathResource(asset.path());
        response.setContentType(asset.type().toString());
        response.setContentLengthLong(file.contentLength());
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("Accept-Ranges", "none");
        try (InputStream content = file.getInputStream()) {
            content.transferTo(response.getOutputStream());
        }
    }

    /** The library's folder inside its jar; its name holds the version. */
    private static String swaggerUi() throws IOException {
        String version =
                PropertiesLoaderUtils.loadProperties(
                                new ClassPathResource(
                                        "META-INF/maven/org.webjars/swagger-ui/pom.properties"))
                        .getProperty("version");
        return "META-INF/resources/webjars/swagger-ui/" + version + "/";
    }

    private record Asset(String path, MediaType type) {}
}
