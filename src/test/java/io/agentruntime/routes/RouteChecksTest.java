package io.agentruntime.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.DefaultSettingsForTests;
import io.agentruntime.settings.SettingNames;
import io.agentruntime.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One deliberately broken file per rule, and the files that are shipped. */
class RouteChecksTest {
    private static final String FILE = "provider-bots.camel.yaml";

    private static final String GOOD =
            """
            - route:
                id: bots-flows
                description: The flow list of Bots
                nodePrefixId: bots-flows-
                errorHandler:
                  noErrorHandler: {}
                from:
                  uri: direct:bots-flows
                  steps:
                    - circuitBreaker:
                        id: breaker
                        resilience4jConfiguration:
                          slidingWindowSize: 5
                          throwExceptionWhenHalfOpenOrOpenState: true
                        steps:
                          - to:
                              id: list-flows
                              uri: direct:bots-list
            - route:
                id: bots-list
                description: The call itself
                routeConfigurationId: provider-retries
                nodePrefixId: bots-list-
                from:
                  uri: direct:bots-list
                  steps:
                    - removeHeaders:
                        id: strip
                        pattern: "*"
                    - filter:
                        id: when-there-is-a-key
                        expression:
                          method:
                            ref: setting
                            method: isSet('bots-api-key')
                        steps:
                          - setHeader:
                              id: send-key
                              name: X-Token
                              expression:
                                simple:
                                  expression: "${variable.key}"
                    - to:
                        id: get
                        uri: "{{agent-runtime.bots-api-url}}/bots"
                        parameters:
                          httpMethod: GET
            - beans:
                - name: bots-mapping
                  type: io.agentruntime.catalog.FlowMapping
                  properties:
                    name: title
            """;

    private static final String RETRIES =
            """
            - routeConfiguration:
                id: provider-retries
                description: Nothing yet
            """;

    private static final String PAGING =
            """
            - name: bots-paging
              type: io.agentruntime.catalog.Paging
            """
                    .indent(4);

    private static final String LIST_FLOWS =
            """
            - to:
                id: list-flows
                uri: direct:bots-list
            """
                    .indent(14);

    private static final String BEGIN =
            """
            - bean:
                id: begin
                ref: bots-paging
                method: begin
            """
                    .indent(14);

    private static final String LOOP =
            BEGIN
                    + """
            - loop:
                id: while-there-is-more
                doWhile: true
                expression:
                  simple:
                    expression: "${variable.pages.more}"
                steps:
            """
                            .indent(14);

    private static final String ADD_PAGE =
            """
            - bean:
                id: add-page
                ref: bots-paging
                method: add
            """;

    private static final String ADDRESS = "http://localhost:9000";

    private static final Settings.PropertySource SETTINGS =
            Map.of("agent-runtime.bots-api-url", ADDRESS)::get;

    @TempDir Path folder;

    @Test
    void theFilesThatAreShippedAreRight() throws IOException {
        assertThat(run(Path.of("routes"))).contains("nothing to say");
    }

    /** A start does not check the jar's own files, so whichever of them it uses must be right. */
    @ParameterizedTest
    @ValueSource(strings = {"files", "flowise", "langflow", "langgraph", "n8n", "sample"})
    void theFilesOfTheJarAreRightWithAnyProvider(String provider) throws IOException {
        RouteFiles ofTheJar = RouteFiles.read(folder);
        Map<String, String> used = ofTheJar.contents(List.of(provider));
        assertThat(used).containsKey("provider-" + provider + ".camel.yaml");
        assertThat(RouteChecks.check(used, DefaultSettingsForTests.with(Map.of()))).isEmpty();
        assertThat(ofTheJar.areOfTheJar(used)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/ars"})
    void theFilesThatAreShippedAreRightWhereverTheApiBegins(String root) throws IOException {
        assertThat(
                        RouteChecks.check(
                                RouteFiles.read(Path.of("routes")).contents(),
                                DefaultSettingsForTests.ofAStartWith(
                                        Map.of("AGENT_RUNTIME_SERVICE_ROOT_PATH", root))))
                .isEmpty();
    }

    @Test
    void anEditedCopyIsNotOfTheJarAndAnEqualOneIs() throws IOException {
        String own = Files.readString(Path.of("routes", "provider-sample.camel.yaml"));
        Path copy = Files.writeString(folder.resolve("provider-sample.camel.yaml"), own);
        RouteFiles equal = RouteFiles.read(folder);
        assertThat(equal.areOfTheJar(equal.contents(List.of("sample")))).isTrue();
        Files.writeString(copy, own + "# edited\n");
        RouteFiles edited = RouteFiles.read(folder);
        assertThat(edited.areOfTheJar(edited.contents(List.of("sample")))).isFalse();
        Files.writeString(folder.resolve("own.camel.yaml"), RETRIES);
        RouteFiles more = RouteFiles.read(folder);
        assertThat(more.areOfTheJar(more.contents(List.of("langflow")))).isFalse();
    }

    @Test
    void aGoodFileHasNoFindings() {
        assertThat(check(GOOD)).isEmpty();
    }

    @Test
    void aFileIsReadAlikeWhateverLanguageTheMachineSpeaks() {
        Locale before = Locale.getDefault();
        try {
            // Whose small I has no dot
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(check(GOOD.replace("name: title", "id: slug"))).isEmpty();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void anEmptyFileIsFound() {
        finds("", "", 1, "the file is empty");
        finds("# nothing yet\n", "", 1, "the file is empty");
    }

    @Test
    void whatIsNotYamlIsSaidWithItsPlace() {
        finds("- route:\n    id: \"bots\n", "", 3, "this is not YAML");
    }

    @Test
    void aTabIsFound() {
        finds("- route:\n    id: bots-flows\n\tdescription: x\n", "", 3, "there is a tab");
    }

    @Test
    void whatIsNotUtf8IsFound() throws IOException {
        byte[] latin =
                GOOD.replace("The call itself", "Der Aufruf für alle").getBytes("ISO-8859-1");
        Files.write(folder.resolve(FILE), latin);
        assertThat(run(folder)).contains(FILE + ":21:30: this is not UTF-8");
    }

    @Test
    void aFileThatIsNoListIsFound() {
        finds("route:\n  id: bots-flows\n", "", 1, "a route file is a list");
    }

    @Test
    void aKeyThatIsThereTwiceIsFound() {
        finds("id: strip\n", "id: strip\n            id: strip\n", 29, "id is here twice");
    }

    @Test
    void aliasesAreFoundBeforeTheyAreFollowed() {
        StringBuilder bomb = new StringBuilder("- a: &a [x, x]\n");
        for (char c = 'b'; c < 'z'; c++) {
            char before = (char) (c - 1);
            bomb.append("- %c: &%c [*%c, *%c]\n".formatted(c, c, before, before));
        }
        assertThat(check(bomb.toString()))
                .singleElement()
                .asString()
                .contains(":1:", "anchors and aliases are not used");
    }

    /** A part of the good file, what it becomes, the line of the finding and its advice. */
    @ParameterizedTest(name = "{3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                // the DSL
                "- beans:|- bean:|48|there is no entity bean: did you mean beans?",
                "- removeHeaders:|- removeHeader:|28|removeHeader has no name: add it",
                "- removeHeaders:|- removeHeadrs:|27|there is no step removeHeadrs: did you mean removeHeaders?",
                "slidingWindowSize: 5|slidingWindowsSize: 5|13|resilience4jConfiguration has no property slidingWindowsSize: did you mean slidingWindowSize?",
                "slidingWindowSize: 5|slidingWindowSize: five|13|slidingWindowSize takes a number, not a text",
                "slidingWindowSize: 5|slidingWindowSize: \"5\"|13|write 5 without quotes",
                "OpenState: true|OpenState: \"true\"|14|write true without quotes",
                "OpenState: true|OpenState: yes|14|takes true or false, not a text",
                "description: The call itself|description: [The call]|21|description takes a text, not a list",
                "      steps:⏎        - removeHeaders|      stepss:⏎        - removeHeaders|26|from has no property stepss: did you mean steps?",
                "      uri: direct:bots-list⏎      steps|      steps|25|from has no uri",
                "              - setHeader:|                setHeader:|37|steps takes a list, not a mapping",
                "id: strip|id: [strip]|28|id takes a text, not a list",
                "expression:⏎              method:|expression:⏎              header: {expression: x}⏎              method:|33|can have only one of",
                // names
                "    id: bots-list⏎||20|the route has no id",
                "    description: The call itself⏎||20|bots-list has no description",
                "id: bots-list⏎|id: bots-flows⏎|20|the route id bots-flows is taken",
                "id: bots-list⏎|id: list⏎|20|begin it with bots-",
                "nodePrefixId: bots-list-|nodePrefixId: bots-|23|set nodePrefixId: bots-list-",
                "    nodePrefixId: bots-list-⏎||20|set nodePrefixId: bots-list-",
                "            id: strip⏎||27|the step removeHeaders has no id",
                "id: get|id: strip|44|the step id strip is taken",
                "uri: direct:bots-list⏎      steps|uri: direct:bots-flows⏎      steps|25|another route begins with direct:bots-flows",
                "name: bots-mapping|name: mapping|49|begin it with bots-",
                "name: bots-mapping|name: tokens|49|the bean name tokens is taken",
                // references
                "uri: direct:bots-list⏎      steps|uri: direct:bots-lists⏎      steps|18|no route begins with direct:bots-list: did you mean direct:bots-lists?",
                "uri: direct:bots-flows|uri: direct:bots|1|no route begins with direct:bots-flows",
                "routeConfigurationId: provider-retries|routeConfigurationId: provider-retry|22|there is no routeConfiguration provider-retry, so nothing would be repeated: did you mean provider-retries?",
                "ref: setting|ref: settings|34|there is no bean settings: did you mean setting?",
                "isSet(|isSett(|34|setting has no method isSett: did you mean isSet?",
                "isSet(|read(|34|setting has no method read: use one of basic, choice, form, isFalse, isSet, isTrue, json, origin, value",
                "variable.key|bean:token?method=get|42|there is no bean token: did you mean tokens?",
                "FlowMapping|FlowMaping|50|did you mean io.agentruntime.catalog.FlowMapping?",
                "name: title|nam: title|52|bots-mapping has no property nam: did you mean name?",
                "httpMethod: GET|httpMethodd: GET|47|http has no option httpMethodd: did you mean httpMethod?",
                "{{agent-runtime.bots-api-url}}|htp://localhost:9000|45|there is no component htp here: did you mean http?",
                "{{agent-runtime.bots-api-url}}|localhost/x|45|is no address",
                "bots-api-url}}/bots|bots-api-url}}/bots?limit=50|45|Camel takes an address with a query or with parameters, not with both",
                "uri: direct:bots-flows|uri: timer:now?period=5⏎      parameters: {delay: 1}|8|Camel takes an address with a query or with parameters, not with both",
                "{{agent-runtime.bots-api-url}}|http://localhost:notaport|45|the port of this address is no number",
                "{{agent-runtime.bots-api-url}}|http://localhost:65536|45|the port of this address is no number",
                "{{agent-runtime.bots-api-url}}|http:https://localhost:65536|45|the port of this address is no number",
                "{{agent-runtime.bots-api-url}}|http://bücher.example|45|the host of this address has letters outside of ASCII",
                "{{agent-runtime.bots-api-url}}|http://fake-user:fake-password@127.0.0.1:8000|45|a user name or password in an address is not sent",
                "{{agent-runtime.bots-api-url}}|http://{{bots-user:fake-user}}@[::1]|45|a user name or password in an address is not sent",
                "FlowMapping⏎|Paging⏎|50|bots-mapping must be a mapping: give it the type io.agentruntime.catalog.FlowMapping",
                "name: bots-mapping|name: bots-maping|49|a mapping of this name is not used: call it bots-mapping",
                "type: io.agentruntime.catalog.FlowMapping|type: \"#class:io.agentruntime.catalog.FlowMaping\"|50|there is no class io.agentruntime.catalog.FlowMaping: did you mean",
                "io.agentruntime.catalog.FlowMapping⏎      properties:⏎        name: title|\"#class:io.agentruntime.catalog.FlowMapping\"⏎      properties:⏎        nam: title|52|bots-mapping has no property nam: did you mean name?",
                "slidingWindowSize: 5|slidingWindowSize: \"${variable.n}\"|13|slidingWindowSize takes a number, not a text",
                "expression:⏎              method:⏎                ref: setting⏎                method: isSet('bots-api-key')|expression: \"${body}\"|32|expression takes a mapping, not a text: write simple: below it, and this there",
                "httpMethod: GET|httpMethod: \"${variable.verb}\"|47|a to sends ${…} as it is written: use toD",
                "bots-api-url}}/bots|bots-api-url}}/bots/${variable.page}|45|a to sends ${…} as it is written: use toD",
                "name: X-Token|name: X Token|39|X Token cannot be a header's name",
                "name: X-Token|name: \"X-Token:\"|39|X-Token: cannot be a header's name",
                "${variable.key}|${variable.key == 'x'}|42|close the brace before ==",
                "${variable.key}|${bodyAs(String) contains 'x'}|42|close the brace before contains",
                "uri: \"{{agent-runtime.bots-api-url}}/bots\"|uri: {{agent-runtime.bots-api-url}}|45|a text that begins with a placeholder needs quotes around it",
                "name: title|exclude: [active=false, mode=chat]|52|exclude takes a text, not a list: write all of it as one text, mostly with commas between",
                "name: title|name: {first: title}|52|name of bots-mapping takes a text, not a mapping",
                "name: title|trust: {of: [title]}|52|of takes a text, not a list",
                "httpMethod: GET|httpMethod: [GET]|47|httpMethod takes a text, not a list",
                "httpMethod: GET|httpMethod: {is: GET}|47|httpMethod takes a text, not a mapping",
                "name: title|exclude: active|52|exclude of bots-mapping cannot be active: a condition is path=value or path!=value, with commas between",
                "name: title|exclude: mode==chat|52|exclude of bots-mapping cannot be mode==chat: a condition is path=value or path!=value",
                "name: title|exclude: size>=3|52|exclude of bots-mapping cannot be size>=3: a condition is path=value or path!=value",
                "name: title|exclude: active=false or archived=true|52|exclude of bots-mapping cannot be active=false or archived=true: only commas stand between conditions",
                "name: title|id: \"{namespace}/{id\"|52|id of bots-mapping cannot be {namespace}/{id: it is a path, or a text with paths in braces",
                "name: title|id: \"{}/{id}\"|52|id of bots-mapping cannot be {}/{id}: it is a path, or a text with paths in braces",
                "name: title|id: \"${namespace}/${id}\"|52|id of bots-mapping cannot be ${namespace}/${id}: braces have no $ before them here: write {namespace}/{id}",
                "name: title|name: about..title|52|name of bots-mapping cannot be about..title: a path is names with dots between",
                "- beans:|- beans:⏎    - {name: bots-paging, type: io.agentruntime.catalog.Paging, properties: {cursor: links..next}}|49|cursor of bots-paging cannot be links..next: a path is names with dots between",
                "${variable.key}|${bean:tokens?method=keepAt('bots', 'session..ticket', ${body})}|42|a path is names with dots between",
                "name: title|list: $.bots|52|list of bots-mapping cannot be $.bots: a path has no $ before it: write bots",
                "- beans:|- beans:⏎    - {name: bots-paging, type: io.agentruntime.catalog.Paging, properties: {more: \"!isLast\"}}|49|more of bots-paging cannot be !isLast: the contrary of a value cannot be said",
                "- beans:|- beans:⏎    - {name: bots-paging, type: io.agentruntime.catalog.Paging, properties: {link: \"header:Link\"}}|49|link of bots-paging cannot be header:Link: a path leads into the JSON of the answer, and only total can be one of its headers",
                "- beans:|- beans:⏎    - {name: bots-paging, type: io.agentruntime.catalog.Paging, properties: {more: isLast}}|49|isLast sounds as if it were true on the last page, and more has to be false there: if it is so, leave more out",
                "- beans:|- beans:⏎    - {name: bots-paging, type: io.agentruntime.catalog.Paging, properties: {more: page.last}}|49|page.last sounds as if it were true on the last page",
                "- beans:|- beans:⏎    - {name: bots-tls, type: org.apache.camel.support.jsse.SSLContextParameters, properties: {trustManager.keyStore.resource: bots.p12}}|49|bots-tls has no property trustManager.keyStore.resource: did you mean trustManagers?",
                "name: title|list.of: bots|52|bots-mapping has no property list.of: did you mean list?",
                "- beans:|- beans:⏎    - {name: bots-details, type: io.agentruntime.catalog.Details, properties: {adds: \"tags,about.summary\"}}|49|adds names fields of the answer as they are, dots and all: if tags,about.summary is a path, write what it begins with",
                "- beans:|- beans:⏎    - {name: bots-paging, type: io.agentruntime.catalog.Paging, properties: {total: totalPages}}|49|totalPages sounds as if it counted pages, and total has to count all rows: if it is so, leave total out",
                "name: title|includeExamples: \"{{agent-runtime.bots-examples:maybe}}\"|52|includeExamples must be true or false",
                "- beans:|- beans:⏎    - {name: bots-paging, type: io.agentruntime.catalog.Paging, properties: {mostPages: many}}|49|mostPages of bots-paging cannot be many: correct it",
                "${variable.key}|${bean:setting?method=json('u', 'bots-user', 'p', 'bots-password')}|42|the setting bots-user has no value: set AGENT_RUNTIME_SERVICE_BOTS_USER",
                "${variable.key}|${bean:setting?method=basic('bots-user', 'bots-password')}|42|the setting bots-password has no value: set AGENT_RUNTIME_SERVICE_BOTS_PASSWORD",
                "${variable.key}|${bean:setting?method=form('u', 'bots-user')}|42|the setting bots-user has no value: set AGENT_RUNTIME_SERVICE_BOTS_USER",
                "isSet('bots-api-key')|form('u', 'bots-api-key', 'p')|34|form of setting takes 2 or 4 values, not 3: correct what is in its brackets",
                "isSet('bots-api-key')|isSet('bots-api-key', 'x')|34|isSet of setting takes 1 value, not 2",
                "${variable.key}|${bean:setting?method=json('u', 'bots-api-key')}|42|json of setting takes 4 values, not 2",
                "${variable.key}|${bean:setting?method=basic('bots-api-key')}|42|basic of setting takes 2 values, not 1",
                "${variable.key}|${bean:tokens?method=get('bots', 'a,b')}|42|get of tokens takes 1 value, not 2",
                "${variable.key}|${bean:tokens?method=keepAt('bots')}|42|keepAt of tokens takes 3 values, not 1",
                "${variable.key}|${bean:tokens?method=keepAt('bots', 'session.ticket')}|42|keepAt of tokens takes 3 values, not 2",
                "- removeHeaders:⏎            id: strip|- bean: {id: keep, ref: tokens, method: keep('bots')}⏎        - removeHeaders:⏎            id: strip|27|keep of tokens takes 2 values, not 1: correct what is in its brackets",
                "- removeHeaders:⏎            id: strip|- to: {id: keep, uri: \"bean:tokens?method=kep('bots', ${body})\"}⏎        - removeHeaders:⏎            id: strip|27|tokens has no method kep: did you mean keep?",
                "- removeHeaders:⏎            id: strip|- to: {id: now, uri: \"bean:java.util.Date?method=getTim\"}⏎        - removeHeaders:⏎            id: strip|27|java.util.Date has no method getTim: did you mean getTime?",
                "- removeHeaders:⏎            id: strip|- toD: {id: keep, uri: \"bean:tokens?method=keep('bots')\"}⏎        - removeHeaders:⏎            id: strip|27|keep of tokens takes 2 values, not 1",
                "- removeHeaders:⏎            id: strip|- to: {id: keep, uri: \"bean:tokens\", parameters: {method: keep('bots')}}⏎        - removeHeaders:⏎            id: strip|27|keep of tokens takes 2 values, not 1",
                "- removeHeaders:⏎            id: strip|- to: {id: keep, uri: bean, parameters: {beanName: token, method: has}}⏎        - removeHeaders:⏎            id: strip|27|there is no bean token: did you mean tokens?",
                "- removeHeaders:⏎            id: strip|- bean: {id: keep, ref: tokens, method: keep}⏎        - removeHeaders:⏎            id: strip|27|keep of tokens takes 2 values, and has no brackets: write them in brackets behind it",
                "${variable.key}|${bean:tokens?method=keepAt('bots', ${body})}|42|keepAt of tokens takes the name, the path and the answer",
                "${variable.key}|${bean:tokens?method=keepAt( bots ,${bodyAs(String)}, 'a.b')}|42|keepAt of tokens takes the name, the path and the answer",
                "${variable.key}|${bean:setting?method=value( 'bots-token' )}|42|the setting bots-token has no value",
                "\"${variable.key}\"|'${bean:setting?method=value(\"bots-token\")}'|42|the setting bots-token has no value",
                "\"${variable.key}\"|'${bean:setting?method=basic(\"bots-user\", \"bots-password\")}'|42|the setting bots-user has no value",
                "- beans:|- beans:⏎    - {name: bots-details, type: io.agentruntime.catalog.Details, properties: {most: 0}}|49|most of bots-details cannot be 0: most must be at least 1, not 0",
                // classes, and what only Camel knows
                "- removeHeaders:⏎            id: strip|- throwException: {id: fail, exceptionType: com.foo.Nope, message: no}⏎        - removeHeaders:⏎            id: strip|27|there is no exception class com.foo.Nope",
                "- removeHeaders:⏎            id: strip|- throwException: {id: fail, exceptionType: io.agentruntime.catalog.ProviderFailure$RateLimit, message: no}⏎        - removeHeaders:⏎            id: strip|27|there is no exception class io.agentruntime.catalog.ProviderFailure$RateLimit: correct the name, package and all; to say what a failure is, use one of io.agentruntime.catalog.ProviderFailure$AuthRejected, io.agentruntime.catalog.ProviderFailure$AuthUnavailable, io.agentruntime.catalog.ProviderFailure$RateLimited",
                "- removeHeaders:⏎            id: strip|- process: {id: fail, ref: nobody}⏎        - removeHeaders:⏎            id: strip|27|there is no bean nobody",
                "- removeHeaders:⏎            id: strip|- convertBodyTo: {id: fail, type: com.foo.Nope}⏎        - removeHeaders:⏎            id: strip|27|there is no class com.foo.Nope",
                "ref: setting|beanType: com.foo.Nope|34|there is no class com.foo.Nope",
                "- removeHeaders:⏎            id: strip|- unmarshal:⏎            id: fail⏎            csv: {}⏎        - removeHeaders:⏎            id: strip|27|unmarshal: Camel cannot build this: Data format 'csv' could not be created",
                "slidingWindowSize: 5|slidingWindowSize: 5.5|10|Error parsing [5.5] as a java.lang.Integer",
                // entities that cannot be exchanged, or that hide failures
                "- beans:|- from: {id: fa, uri: \"direct:aa\", steps: []}⏎- beans:|48|the route has no id",
                "- beans:|- templatedRoute: {routeTemplateRef: any}⏎- beans:|48|the route has no id, and cannot be exchanged: add routeId",
                "- beans:|- onException: {exception: [java.lang.Exception], handled: {constant: {expression: \"true\"}}}⏎- beans:|48|here, onException applies to every route of the file, and hides failures from the breaker",
                "- beans:|- interceptFrom: {steps: [{log: {message: x}}]}⏎- beans:|48|Camel takes interceptFrom only before the routes of its file: move it up",
                "- beans:|- errorHandler: {defaultErrorHandler: {}}⏎- beans:|48|here, errorHandler applies to the routes of all files",
                // what fails only when a provider does
                "pattern: \"*\"|pattern: \"X-*\"|43|put removeHeaders with pattern \"*\" before it",
                "OpenState: true|OpenState: false|10|add throwExceptionWhenHalfOpenOrOpenState: true",
                "    errorHandler:⏎      noErrorHandler: {}⏎||8|give the route errorHandler: {noErrorHandler: {}}",
                "bots-api-url|bot-api-url|45|set AGENT_RUNTIME_SERVICE_BOT_API_URL, correct the name, or give a default: {{agent-runtime.bot-api-url:}}",
                "agent-runtime.bots-api-url|bots-api-url|45|settings begin with agent-runtime.",
                "simple:|jsonpath:|41|there is no language jsonpath here: use simple",
                "simple:|language: {language: cobol, expression: x}⏎                constant:|41|there is no language cobol here",
                "httpMethod: GET|httpMethod: GETT|47|httpMethod of http cannot be GETT",
                "httpMethod: GET|followRedirects: maybe|47|followRedirects of http cannot be maybe",
                "bots-api-url}}/|bots-api-url}/|45|a placeholder begins with {{ and does not end",
                "${variable.key}|${variable.key|42|this expression cannot be read",
                "${variable.key}|${variabel.key}|42|this expression cannot be read",
                "${variable.key}|Basic ${base64Encode(${variable.key})}|42|the function base64Encode is not in the jar: use a method of a bean",
                "${variable.key}|${jq(.key)} and ${variable.key}|42|the function jq is not in the jar",
            })
    void isFound(String part, String instead, int line, String advice) {
        String becomes = instead == null ? "" : instead;
        finds(lines(part), lines(becomes), line, advice);
    }

    @Test
    void aClassThatIsAListIsToldOnce() {
        assertThat(
                        check(
                                GOOD.replace(
                                        "type: io.agentruntime.catalog.FlowMapping",
                                        "type: [io.agentruntime.catalog.FlowMapping]")))
                .extracting(Finding::advice)
                .containsExactly("type takes a text, not a list");
    }

    /** As Camel's own pages write routes: without ids, in short. */
    @Test
    void aFileThatSaysOnlyWhatIsNeededIsRightAndGetsHints() {
        String file =
                """
                - from:
                    uri: direct:bots-flows
                    steps:
                      - log: "asking Bots"
                      - to: "{{agent-runtime.bots-api-url}}/bots"
                      - to: direct:bots-page
                - route:
                    from:
                      uri: direct:bots-page
                      steps:
                        - setBody:
                            constant: "[]"
                """;

        assertThat(check(file)).isEmpty();
        assertThat(hints(file))
                .extracting(Finding::toString)
                .anySatisfy(hint -> assertThat(hint).contains(":1:3: the route has no id"))
                .anySatisfy(
                        hint ->
                                assertThat(hint)
                                        .contains(
                                                ":4:9: the step log and 2 more of its route have"))
                .anySatisfy(hint -> assertThat(hint).contains(":5:9: headers of the call before"))
                .anySatisfy(
                        hint -> assertThat(hint).contains(":11:11: the step setBody has no id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"      - to: direct:bots-page\n", ""})
    void whatCamelRefusesOfAStepInShortIsToldOfThatStep(String next) {
        String file =
                """
                - from:
                    uri: direct:bots-flows
                    steps:
                      - log: "asking Bots"
                      - to: "http://localhost:9000/bots?connectTimeout=abc"
                %s- from:
                    uri: direct:bots-page
                    steps:
                      - log: "a page"
                """
                        .formatted(next);
        assertThat(check(file))
                .singleElement()
                .asString()
                .startsWith(FILE + ":5:9: to: Camel cannot build this: ");
    }

    @Test
    void idsThatMeetAreAFaultAllTheSame() {
        assertThat(
                        check(
                                GOOD.replace("    nodePrefixId: bots-list-\n", "")
                                        .replace("    nodePrefixId: bots-flows-\n", "")
                                        .replace("id: get\n", "id: list-flows\n")))
                .singleElement()
                .extracting(Finding::advice)
                .asString()
                .contains("list-flows");
    }

    @Test
    void idsThatMeetThoseOfAnotherFileAreToldWhereTheyStand() {
        String other =
                """
                - route:
                    id: extra
                    description: Something else
                    from:
                      uri: direct:extra
                      steps:
                        - log:
                            id: get
                            message: "something"
                """;
        Map<String, String> files =
                Map.of(
                        FILE,
                        GOOD.replace("    nodePrefixId: bots-list-\n", ""),
                        "extra.camel.yaml",
                        other,
                        "retries.camel.yaml",
                        RETRIES);
        assertThat(RouteChecks.check(new TreeMap<>(files), SETTINGS))
                .singleElement()
                .asString()
                .startsWith(FILE + ":43:17: the step id get is taken by one in extra.camel.yaml");
    }

    /** Camel compares what a route without a prefix calls its steps with what others do, too. */
    @Test
    void anIdThatMeetsOneWithAPrefixIsToldWhereItStands() {
        String other =
                """
                - route:
                    from:
                      uri: direct:extra
                      steps:
                        - log:
                            id: get
                            message: "something"
                """;
        Map<String, String> files =
                Map.of(FILE, GOOD, "extra.camel.yaml", other, "retries.camel.yaml", RETRIES);
        assertThat(RouteChecks.check(new TreeMap<>(files), SETTINGS))
                .singleElement()
                .asString()
                .startsWith("extra.camel.yaml:6:17: the step id get is taken by one in " + FILE);
    }

    @Test
    void idsThatMeetForWantOfOnePrefixAreToldOnce() {
        String other =
                """
                - route:
                    id: extra
                    description: Something else
                    from:
                      uri: direct:extra
                      steps:
                        - log: {id: strip, message: "something"}
                        - log: {id: own, message: "something"}
                        - filter:
                            id: when-there-is-a-key
                            simple: "${body}"
                            steps:
                              - log: {id: get, message: "something"}
                """;
        Map<String, String> files =
                Map.of(FILE, GOOD, "extra.camel.yaml", other, "retries.camel.yaml", RETRIES);
        assertThat(RouteChecks.check(new TreeMap<>(files), SETTINGS))
                .singleElement()
                .asString()
                .isEqualTo(
                        "extra.camel.yaml:7:21: the step id strip is taken by one in "
                                + FILE
                                + ", and so are 2 more of its route: choose others, or set nodePrefixId in its route");
    }

    @Test
    void aBreakerWithoutAnIdIsToldWithoutOne() {
        assertThat(hints(GOOD.replace("            id: breaker\n", "")))
                .extracting(Finding::advice)
                .contains(
                        "the state of this breaker is not found, as it has no id: call it breaker, and set nodePrefixId: bots-flows-");
    }

    /** By its id the service finds it, to tell its state and to close it. */
    @ParameterizedTest
    @CsvSource({
        "id: breaker, id: my-breaker, bots-flows-my-breaker",
        "nodePrefixId: bots-flows-, nodePrefixId: bots-all-, bots-all-breaker",
    })
    void aBreakerThatTheServiceDoesNotFindIsAHint(String part, String instead, String id) {
        String content = GOOD.replace(part, instead);
        assertThat(check(content)).isEmpty();
        assertThat(hints(content))
                .extracting(Finding::toString)
                .anySatisfy(
                        hint ->
                                assertThat(hint)
                                        .startsWith(FILE + ":10:")
                                        .contains(
                                                "not found by its id "
                                                        + id
                                                        + ": call it breaker, and set nodePrefixId: bots-flows-"));
    }

    /** A provider's file is exchanged alone, and what others took of it stays as it was. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "routeConfigurationId: provider-retries|routeConfigurationId: cats-retries|22",
                "ref: setting|ref: cats-setting|34",
            })
    void whatIsOfAnotherProviderIsAHint(String part, String instead, int line) {
        String other =
                GOOD.replace("bots", "cats").replace("provider-retries", "cats-retries")
                        + "    - {name: cats-setting, type: io.agentruntime.catalog.FlowMapping}\n"
                        + RETRIES.replace("provider-retries", "cats-retries");
        assertThat(
                        RouteChecks.hints(
                                Map.of(
                                        FILE,
                                        GOOD.replace(part, instead),
                                        "provider-cats.camel.yaml",
                                        other,
                                        "retries.camel.yaml",
                                        RETRIES),
                                SETTINGS))
                .singleElement()
                .asString()
                .startsWith(FILE + ":" + line + ":")
                .contains("is of provider-cats.camel.yaml");
    }

    /** A copy in which only the names are changed that have to be. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "${bean:tokens?method=get('bots')}",
                "${bean:setting?method=value('bots-api-key')}",
                "{{agent-runtime.bots-api-url}}",
            })
    void aSettingOrTokenOfAnotherProviderIsAHint(String text) {
        assertThat(hintsOfACopyThatSays(text))
                .singleElement()
                .asString()
                .startsWith("provider-bots-two.camel.yaml:42:")
                .contains("is of the provider bots");
    }

    @Test
    void aWordInABodyIsNoNameOfASetting() {
        assertThat(hintsOfACopyThatSays("{'limit': 50, 'bots': true}")).isEmpty();
    }

    private static List<Finding> hintsOfACopyThatSays(String text) {
        String copy = GOOD.replace("bots", "bots-two").replace("${variable.key}", text);
        return RouteChecks.hints(
                Map.of(
                        FILE,
                        GOOD,
                        "provider-bots-two.camel.yaml",
                        copy,
                        "retries.camel.yaml",
                        RETRIES),
                SETTINGS);
    }

    @ParameterizedTest
    @CsvSource({
        "http://fake-user:fake-password@127.0.0.1:8000, a user name or password in an address",
        "http://localhost:notaport, the port of this address is no number",
    })
    void anAddressThatIsSetIsCheckedWhateverItsSettingIsCalled(String address, String advice) {
        String file = GOOD.replace("bots-api-url", "bots-login-url");
        assertThat(
                        RouteChecks.check(
                                Map.of(FILE, file, "retries.camel.yaml", RETRIES),
                                Map.of("agent-runtime.bots-login-url", address)::get))
                .singleElement()
                .asString()
                .startsWith(FILE + ":45:")
                .contains(advice)
                .doesNotContain("fake-");
    }

    @Test
    void aConfigurationThatOnlyARouteOfATemplateNamesIsRight() {
        String template =
                """
                - routeTemplate:
                    id: bots-template
                    route:
                      routeConfigurationId: bots-retries
                      from:
                        uri: direct:bots-more
                        steps:
                          - log: more
                """;
        String own = RETRIES.replace("provider-retries", "bots-retries");
        assertThat(check(GOOD + own + template)).isEmpty();
    }

    private static String lines(String text) {
        return text.replace('⏎', '\n');
    }

    /** Camel's own functions: a default, or a value of this process. */
    @Test
    void placeholdersOfCamelsOwnAreKnown() {
        String address = "{{agent-runtime.bots-api-url}}";
        assertThat(check(GOOD.replace(address, "http://{{env:NO_SUCH_HOST:localhost}}:9000")))
                .isEmpty();
        assertThat(check(GOOD.replace(address, "{{env:agent-runtime.bots-api-url}}"))).isEmpty();
        assertThat(check(GOOD.replace(address, "http://{{env:NO_SUCH_HOST:localhost}}:x")))
                .singleElement()
                .extracting(Finding::advice)
                .asString()
                .contains("the port of this address is no number");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "setting?method=form('u', 'bots-api-key')",
                "setting?method=form('u, (v', 'bots-api-key', 'p', 'bots-api-key')",
                "tokens?method=keep('bots', ${body})",
                "tokens?method=keepAt('bots', 'a.b', ${header.a, b})",
                "tokens?method=keepAt('bots', ${variable.path}, ${body})",
                "tokens?method=get(bots)",
                "tokens?method=get",
                "setting?method=isSet(\"bots-api-key\")",
            })
    void aMethodThatIsGivenWhatItTakesIsRight(String call) {
        finds("\"${variable.key}\"", "'${bean:" + call.replace("'", "''") + "}'", 0, "");
    }

    @Test
    void aSettingIsAskedForInEitherQuotes() {
        finds("\"${variable.key}\"", "'${bean:setting?method=value(\"bots-api-key\")}'", 0, "");
        finds("${variable.key}", "${variable.n > 0 ? 'many' : 'none'}", 0, "");
        finds("${variable.key}", "${variable.map.get(a > b)}", 0, "");
        finds("${variable.key}", "${variable.key" + " x".repeat(20_000), 42, "cannot be read");
        String key = "${bean:setting?method=value('bots-api-key')}";
        String asks = GOOD.replace("isSet('bots-api-key')", "isSet(\"bots-api-key\")");
        finds(asks.replace("${variable.key}", key), "", 0, "");
    }

    /** Placeholders with a default need no value. */
    @Test
    void aDefaultIsAValue() {
        assertThat(check(GOOD.replace("bots-api-url", "bot-api-url:http://localhost:9000")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "to|uri: \"https://localhost/x\"",
                "toD|uri: \"http://${variable.host}/x\"",
                "toD|uri: \"${variable.address}\"",
                "wireTap|uri: \"{{agent-runtime.bots-api-url}}\"",
                "enrich|expression: {constant: {expression: \"http://localhost/x\"}}",
                "pollEnrich|expression: {simple: {expression: \"{{agent-runtime.bots-api-url}}/x\"}}",
                "recipientList|expression: {constant: {expression: \"http://localhost/x\"}}",
                "recipientList|expression: {constant: {expression: \"http://localhost:80, http://localhost/x\"}}",
                "routingSlip|expression: {constant: {expression: \"log:x,http://localhost/x\"}}",
            })
    void everyWayOutWantsHeadersRemovedBefore(String step, String how) {
        finds(
                "        - to:\n            id: get",
                "        - %s:\n            id: again\n            %s\n        - removeHeaders:\n            id: strip-again\n            pattern: \"*\"\n        - to:\n            id: get"
                        .formatted(step, how),
                0,
                "");
        finds(
                "        - removeHeaders:\n            id: strip",
                "        - %s:\n            id: again\n            %s\n        - removeHeaders:\n            id: strip"
                        .formatted(step, how),
                27,
                "put removeHeaders with pattern \"*\" before it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "to|uri: \"direct:nowhere\"",
                "toD|uri: \"direct:nowhere?timeout=1\"",
                "wireTap|uri: \"direct:nowhere\"",
                "enrich|expression: {constant: {expression: \"direct:nowhere\"}}",
                "recipientList|expression: {simple: {expression: \"direct:nowhere\"}}",
                "recipientList|expression: {constant: {expression: \"direct:bots-flows, direct:nowhere\"}}",
                "routingSlip|uriDelimiter: \"#\", expression: {constant: {expression: \"direct:bots-flows#direct:nowhere\"}}",
                "circuitBreaker|onFallback: {id: else, steps: [{to: {id: away, uri: \"direct:nowhere\"}}]}, steps: []",
            })
    void everyWayToAnotherRouteIsFollowed(String step, String how) {
        finds(
                "        - removeHeaders:\n            id: strip",
                "        - %s: {id: again, %s}\n        - removeHeaders:\n            id: strip"
                        .formatted(step, how),
                27,
                "no route begins with direct:nowhere");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "recipientList|constant: {expression: \"direct:bots-flows, direct:bots-list\"}",
                "recipientList|delimiter: \";\", constant: {expression: \"direct:bots-flows;direct:bots-list\"}",
                "recipientList|delimiter: \"false\", constant: {expression: \"log:a,b\"}",
                "recipientList|simple: {expression: \"direct:bots-flows,direct:${variable.key}\"}",
                "recipientList|simple: {expression: \"bean:tokens?method=keepAt('bots', 'a', ${body})\"}",
                "routingSlip|constant: {expression: \"direct:bots-flows,direct:bots-list\"}",
                "routingSlip|uriDelimiter: \"#\", constant: {expression: \"direct:bots-flows#direct:bots-list\"}",
                "routingSlip|uriDelimiter: \" \", constant: {expression: \"direct:bots-flows direct:bots-list\"}",
            })
    void everyAddressOfAListIsLookedForByItself(String step, String how) {
        finds(
                "        - removeHeaders:\n            id: strip",
                "        - %s: {id: again, %s}\n        - removeHeaders:\n            id: strip"
                        .formatted(step, how),
                0,
                "");
    }

    @Test
    void anEmptyAddressInAListIsFound() {
        finds(
                "        - removeHeaders:\n            id: strip",
                "        - recipientList: {id: again, constant: {expression: \"direct:bots-flows,,direct:bots-list\"}}\n        - removeHeaders:\n            id: strip",
                27,
                "an address of this list is empty: remove one delimiter");
    }

    @Test
    void aLoopMustStripInsideIt() {
        String loop =
                """
                        - loop:
                            id: again
                            expression:
                              constant:
                                expression: "2"
                            steps:
                              - to:
                                  id: get
                                  uri: "{{agent-runtime.bots-api-url}}/bots"
                """;
        String call =
                GOOD.substring(
                        GOOD.indexOf("        - to:\n            id: get"),
                        GOOD.indexOf("- beans:"));
        finds(call, loop, 49, "put removeHeaders with pattern \"*\" before it");
    }

    @Test
    void aConfigurationThatNobodyNamesIsFound() {
        String unused = RETRIES.replace("provider-retries", "bots-retries");
        finds("- beans:", unused + "- beans:", 48 + 1, "no route names this configuration");
    }

    @Test
    void aSettingThatIsAskedForAndNotSetIsFoundUnlessTheFileAsksWhetherItIs() {
        String key = "${bean:setting?method=value('bots-api-key')}";
        finds("${variable.key}", key, 0, "");
        finds(
                "${variable.key}",
                key.replace("api-key", "token"),
                42,
                "set AGENT_RUNTIME_SERVICE_BOTS_TOKEN, correct the name, or ask before");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${bean:setting?method=value('BOTS_API_URL')}|the setting BOTS_API_URL has no value: did you mean bots-api-url?",
                "${bean:setting?method=value('AGENT_RUNTIME_SERVICE_BOTS_API_URL')}|did you mean bots-api-url?",
                "{{agent-runtime.BOTS_API_URL}}|{{agent-runtime.BOTS_API_URL}} has no value: did you mean {{agent-runtime.bots-api-url}}?",
            })
    void aSettingThatIsCalledAsItsVariableIsFound(String key, String advice) {
        finds("${variable.key}", key, 42, advice);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "httpMethod: GET|followRedirects: \"{{agent-runtime.bots-follow:true}}\"",
                "httpMethod: GET|followRedirects: \"{{agent-runtime.bots-follow:{{agent-runtime.bots-also:true}}}}\"",
                "httpMethod: GET|followRedirects: RAW({{agent-runtime.bots-follow:true}})",
                "- beans:|- beans:⏎    - {name: bots-details, type: io.agentruntime.catalog.Details, properties: {most: \"{{agent-runtime.bots-most:{{agent-runtime.bots-also:5}}}}\"}}",
                "- removeHeaders:⏎            id: strip|- to: {id: now, uri: \"bean:java.util.Date?method=getTime\"}⏎        - removeHeaders:⏎            id: strip",
                "httpMethod: GET|httpMethod: post",
                "simple:|xpath:",
                "slidingWindowSize: 5|failureRateThreshold: 33.3",
                "- beans:|- beans:⏎    - {name: bots-tls, type: org.apache.camel.support.jsse.SSLContextParameters, properties: {trustManagers.keyStore.resource: bots.p12, \"cipherSuites.cipherSuite[0]\": TLS_AES_128_GCM_SHA256}}",
                "httpMethod: GET|httpMethod: GET⏎              from: 0⏎              to: \"2026-12-31\"⏎              poll: 60⏎              simple: \"${\"⏎              js: app.js",
                "id: strip|id: strip⏎            disabled: True",
                "OpenState: true|OpenState: True",
                "uri: direct:bots-list⏎      steps|uri: direct⏎      parameters:⏎        name: bots-list⏎      steps",
                "uri: direct:bots-list⏎- route|uri: direct⏎                  parameters:⏎                    name: bots-list⏎- route",
                "uri: direct:bots-flows|uri: direct⏎      parameters:⏎        name: bots-flows",
                "uri: \"{{agent-runtime.bots-api-url}}/bots\"⏎            parameters:|uri: http⏎            parameters:⏎              httpUri: \"{{agent-runtime.bots-api-url}}/bots\"",
                "uri: direct:bots-list⏎      steps|uri: direct:{{agent-runtime.bots-prefix:bots}}-list⏎      steps",
                "uri: direct:bots-list⏎- route|uri: direct:{{agent-runtime.bots-prefix:bots}}-list⏎- route",
            })
    void whatCamelUnderstandsIsRight(String part, String instead) {
        finds(lines(part), lines(instead), 0, "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${variable.n} < {{agent-runtime.bots-most:5}}",
                "${variable.is} == {{agent-runtime.bots-is:true}}",
                "${variable.address} == '{{agent-runtime.bots-api-url}}'",
            })
    void aPlaceholderInAConditionIsReadAsItsValue(String condition) {
        String filter = "- filter: {id: when, simple: {expression: \"%s\"}, steps: []}\n        ";
        finds("- filter:", filter.formatted(condition) + "- filter:", 0, "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${variable.key}|${{{agent-runtime.bots-token}}}",
                "name: title|exclude: \"{{agent-runtime.bots-token}}\"",
                "httpMethod: GET|followRedirects: \"{{agent-runtime.bots-token}}\"",
            })
    void noFindingRepeatsASecret(String part, String instead) {
        Settings.PropertySource settings =
                Map.of(
                                "agent-runtime.bots-api-url",
                                ADDRESS,
                                "agent-runtime.bots-token",
                                "fake-secret-0123456789")
                        ::get;
        assertThat(
                        RouteChecks.check(
                                Map.of(FILE, GOOD.replace(part, instead), "r.camel.yaml", RETRIES),
                                settings))
                .singleElement()
                .asString()
                .contains("{{agent-runtime.bots-token}}")
                .doesNotContain("fake-secret");
    }

    /** Camel reads a placeholder or a function out of it, and tells that alone. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hidden{{fake-part}}x",
                "hidden{{fake-part:x}}fake-part",
                "hidden${fake-part}x",
                "hidden{{fake-part",
                "hidden${fake-part",
                "fake-part}}hidden",
            })
    void noFindingRepeatsAPartOfASecret(String secret) {
        Settings.PropertySource settings =
                Map.of("agent-runtime.bots-api-url", ADDRESS, "agent-runtime.bots-token", secret)
                        ::get;
        String file = GOOD.replace("${variable.key}", "{{agent-runtime.bots-token}}");
        assertThat(RouteChecks.check(Map.of(FILE, file, "retries.camel.yaml", RETRIES), settings))
                .noneSatisfy(
                        finding ->
                                assertThat(finding.advice()).containsAnyOf("hidden", "fake-part"));
    }

    /** Camel encodes, decodes and splits what it tells of an address. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file:{{agent-runtime.bots-pat}}?bogus=nonsense|file://{{agent-runtime.bots-pat}}?bogus=nonsense",
                "http://127.0.0.1:1/x?k={{agent-runtime.bots-pat}}&connectTimeout=abc|k={{agent-runtime.bots-pat}}",
                "file:{{env:bots_pat}}?bogus=nonsense|file://{{bots_pat}}?bogus=nonsense",
                "file:x?{{agent-runtime.bots-pat}}=nonsense|to: Camel cannot build this: Failed to resolve endpoint: file://x?{{agent-runtime.bots-pat}}=nonsense",
                "file:x?fileName={{agent-runtime.bots-pat}}|to: Camel cannot build this: correct what is set for {{agent-runtime.bots-pat}}",
            })
    void noFindingRepeatsWhatIsSetHoweverCamelWritesIt(String uri, String advice) {
        String secret = "s3cr zzt%2F+Q&yy\"q";
        Settings.PropertySource settings =
                Map.of(
                                "agent-runtime.bots-api-url",
                                ADDRESS,
                                "agent-runtime.bots-pat",
                                secret,
                                "bots_pat",
                                secret)
                        ::get;
        String file =
                GOOD.replace("{{agent-runtime.bots-api-url}}/bots", uri)
                        .replace("            parameters:\n              httpMethod: GET\n", "");
        assertThat(RouteChecks.check(Map.of(FILE, file, "retries.camel.yaml", RETRIES), settings))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.advice())
                                    .contains(advice)
                                    .doesNotContain("s3cr", "zzt", "yy");
                            assertThat(finding.line()).isEqualTo(43);
                        });
    }

    /** What is set may be a word of the route's file, and another's as well. */
    @Test
    void anAdviceCanBeCopiedWhateverIsSet() {
        String file = GOOD.replace("ref: setting", "ref: bots-pagin") + PAGING;
        Map<String, String> settings =
                Map.of(
                        "agent-runtime.bots-api-url",
                        ADDRESS,
                        "agent-runtime.bots-password",
                        "bots",
                        "agent-runtime.bots-token",
                        "paging");
        assertThat(
                        RouteChecks.check(
                                Map.of(FILE, file, "retries.camel.yaml", RETRIES), settings::get))
                .extracting(Finding::advice)
                .containsExactly("there is no bean bots-pagin: did you mean bots-paging?");
    }

    @Test
    void theNameOfARouteIsToldAsItIsWritten() {
        String prefix = "direct:{{agent-runtime.bots-prefix}}-";
        String file =
                GOOD.replace(
                                "uri: direct:bots-list\n      steps",
                                "uri: " + prefix + "list\n      steps")
                        .replace("uri: direct:bots-list\n", "uri: " + prefix + "lists\n");
        Map<String, String> settings =
                Map.of("agent-runtime.bots-api-url", ADDRESS, "agent-runtime.bots-prefix", "zz");
        assertThat(
                        RouteChecks.check(
                                Map.of(FILE, file, "retries.camel.yaml", RETRIES), settings::get))
                .extracting(Finding::advice)
                .containsExactly(
                        "no route begins with "
                                + prefix
                                + "lists: correct the name, or add the route");
    }

    @Test
    void aFindingIsOneLine() {
        assertThat(check(GOOD.replace("pattern: \"*\"", "pattern: *")))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.toString()).doesNotContain("\n");
                            assertThat(finding.line()).isEqualTo(29);
                            assertThat(finding.advice())
                                    .contains("unexpected character")
                                    .endsWith("check indentation and quotes");
                        });
    }

    @Test
    void anIdThatIsTakenIsToldAloneAndNotWhatFollowsFromIt() {
        assertThat(check(GOOD.replace("id: bots-list\n", "id: bots-flows\n")))
                .singleElement()
                .asString()
                .contains("the route id bots-flows is taken");
    }

    @Test
    void whatIsOfAnotherProviderIsNotSuggested() {
        String other = GOOD.replace("bots", "cats");
        String broken =
                GOOD.replace("uri: direct:bots-list\n      steps", "uri: direct:else\n      steps")
                        .replace("provider-retries", "bots-retries")
                        .replace("ref: setting", "ref: bots-mapping");
        assertThat(
                        RouteChecks.check(
                                Map.of(
                                        FILE,
                                        broken.replace("name: bots-mapping", "name: bots-x"),
                                        "provider-cats.camel.yaml",
                                        other.replace("provider-retries", "cats-retries")
                                                + RETRIES.replace(
                                                        "provider-retries", "cats-retries")),
                                name -> ADDRESS))
                .isNotEmpty()
                .extracting(Finding::toString)
                .noneMatch(finding -> finding.contains("cats"));
    }

    private static String rest(String path, String operation) {
        return "- rest:\n    path: \"%s\"\n    get:\n      - id: get-x\n        path: \"%s\"\n        to: direct:bots-list\n"
                .formatted(path, operation);
    }

    @ParameterizedTest
    @CsvSource({
        "/hello, /{who}, 52, /hello/{who} is never reached",
        "'', /hello, 52, /hello is never reached",
        "/api, /v1, 52, /api/v1 is never reached",
        "/, {{agent-runtime.bots-place:out}}, 52, /out is never reached",
        "/health, /deep, 52, /health/deep is never reached",
    })
    void anEndpointThatNobodyReachesIsFound(
            String path, String operation, int line, String advice) {
        finds("- beans:", rest(path, operation) + "- beans:", line, advice);
        finds(
                "- beans:",
                rest(path, operation) + "- beans:",
                line,
                "begin the path with {{agent-runtime.root-path}}/");
    }

    @Test
    void twoOperationsOfOneMethodAndPathAreFoundAndOneOfAnotherMethodIsNot() {
        String root = "{{agent-runtime.root-path:/api}}";
        String both =
                rest(root + "/hello", "/{who}")
                        + rest(root, "hello/{whom}/").replace("get-x", "get-y")
                        + rest(root, "hello/{whom}/").replace("get:", "put:").replace("-x", "-z");
        finds("- beans:", both + "- beans:", 58, "another operation is get /api/hello/{whom} too");
    }

    @ParameterizedTest
    @CsvSource({
        "{{agent-runtime.root-path}}, /hello/{who}",
        "'', {{agent-runtime.root-path}}/hello",
        "/fake/root, hello",
        "/health, live",
        "/{any}/{version}/hello, ''",
    })
    void anEndpointWithinTheRootIsRight(String path, String operation) {
        Map<String, String> settings =
                Map.of(
                        "agent-runtime.bots-api-url",
                        ADDRESS,
                        "agent-runtime.root-path",
                        "/fake/root");
        String content = GOOD.replace("- beans:", rest(path, operation) + "- beans:");
        assertThat(
                        RouteChecks.check(
                                Map.of(FILE, content, "retries.camel.yaml", RETRIES),
                                settings::get))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "catalog.camel.yaml, direct:catalog-refresh",
        "errors.camel.yaml, direct:problem",
    })
    void aRouteThatTheServiceCallsIsMissed(String file, String start) throws IOException {
        String content = Files.readString(Path.of("routes", file)).replace(start, "direct:other");
        assertThat(RouteChecks.check(Map.of(file, content), SETTINGS))
                .extracting(Finding::advice)
                .contains(
                        "no route begins with "
                                + start
                                + ", which the service itself calls: add it");
    }

    @Test
    void aRouteThatServesOutsideOfTheRootIsFound() {
        String serves =
                """
                - route:
                    id: bots-hello
                    description: Says hello
                    nodePrefixId: bots-hello-
                    from:
                      uri: platform-http:/hello
                      steps: []
                """;
        finds("- beans:", serves + "- beans:", 53, "/hello is never reached");
    }

    @Test
    void twoRoutesThatBeginWithTheSameNameAreFoundHoweverItIsWritten() {
        String again =
                """
                - route:
                    id: bots-again
                    description: The call once more
                    nodePrefixId: bots-again-
                    from:
                      uri: direct
                      parameters:
                        name: "{{agent-runtime.bots-prefix:bots}}-list"
                      steps: []
                """;
        finds("- beans:", again + "- beans:", 53, "another route begins with direct:bots-list too");
    }

    @Test
    void aTimerThatNeverGoesOffIsFound() throws IOException {
        String catalog = Files.readString(Path.of("routes", "catalog.camel.yaml"));
        Files.writeString(
                folder.resolve("catalog.camel.yaml"),
                catalog.replaceFirst("period: .*", "period: soon"));
        assertThat(run(folder)).contains("period of timer cannot be soon");
        Files.writeString(
                folder.resolve("catalog.camel.yaml"),
                catalog.replaceFirst("period: .*", "period: 2s"));
        assertThat(run(folder)).contains("nothing to say");
    }

    private static String timer(String option, String value) {
        return """
                - route:
                    id: bots-timer
                    description: Does something now and then
                    nodePrefixId: bots-timer-
                    from:
                      uri: timer:bots
                      parameters:
                        %s: "%s"
                      steps: []
                """
                .formatted(option, value);
    }

    /** Camel reads some of these as no time at all, and a timer goes off once then. */
    @ParameterizedTest
    @ValueSource(strings = {"250x", "x", "5S", "1s500x", "2mins", "1week", "1.5s", "2 s", "PT"})
    void whatCamelTakesForATimeAndIsNoneIsFound(String period) {
        String timer = timer("period", period);
        String advice =
                "period of timer cannot be %s: write milliseconds, or a duration such as 2s or 1m30s"
                        .formatted(period);
        finds("- beans:", timer + "- beans:", 55, advice);
        String inAddress =
                timer.replaceFirst("timer:bots\n", "timer:bots?delay=1&period=" + period + "\n")
                        .replaceFirst("(?m)^ +parameters:\n.*\n", "");
        finds("- beans:", inAddress + "- beans:", 53, advice);
        String asKaotoWrites =
                timer.replaceFirst(
                        "timer:bots\n( +)parameters:\n",
                        "timer\n$1parameters:\n$1  timerName: bots\n");
        assertThat(check(GOOD.replace("- beans:", asKaotoWrites + "- beans:")))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.advice()).isEqualTo(advice);
                            assertThat(finding.line()).isEqualTo(56);
                        });
    }

    /** A file is as wrong with a value that is set as with one that it holds. */
    @ParameterizedTest
    @CsvSource({"250x, 1", "soon, 1", "PT2X, 1", "1500, 0", "2s, 0", "PT2S, 0", "1min, 0"})
    void aTimeThatIsSetAndIsNoneIsFound(String set, int found) {
        String wait = "{{agent-runtime.bots-wait}}";
        String timer =
                timer("period", wait).replace("steps: []", "steps: [{log: {id: say, message: x}}]");
        String often = GOOD.replace("- beans:", timer + "- beans:");
        String again = RETRIES + handler("redeliveryDelay: \"" + wait + "\"");
        for (Map<String, String> files :
                List.of(
                        Map.of(FILE, often, "retries.camel.yaml", RETRIES),
                        Map.of(FILE, GOOD, "retries.camel.yaml", again))) {
            assertThat(
                            RouteChecks.check(
                                    files,
                                    Map.of(
                                                    "agent-runtime.bots-api-url",
                                                    ADDRESS,
                                                    "agent-runtime.bots-wait",
                                                    set)
                                            ::get))
                    .extracting(Finding::advice)
                    .hasSize(found)
                    .allSatisfy(
                            advice ->
                                    assertThat(advice)
                                            .contains(wait, "milliseconds", "a duration such as 2s")
                                            .doesNotContain(set));
        }
    }

    /** Of what is not set no more is told than that. */
    @Test
    void aTimeThatIsNotSetIsNoTimeThatIsWrong() {
        assertThat(
                        check(
                                GOOD.replace(
                                        "- beans:",
                                        timer("period", "{{agent-runtime.bots-wait}}")
                                                + "- beans:")))
                .extracting(Finding::advice)
                .singleElement()
                .asString()
                .startsWith("{{agent-runtime.bots-wait}} has no value");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "250",
                "-1",
                "0",
                "2s",
                "1h30m",
                "1h30min",
                "250ms",
                "2sec",
                "2min",
                "PT2S",
                "pt1m",
                "#pause",
                "{{agent-runtime.bots-pause:5s}}"
            })
    void aTimeThatCamelReadsAsItIsMeantIsRight(String delay) {
        String timer = timer("delay", delay);
        assertThat(
                        check(GOOD.replace("- beans:", timer + "- beans:")).stream()
                                .map(Finding::advice)
                                .filter(advice -> advice.contains("of timer")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "consumes; application-json",
                "produces; application-json",
                "consumes; json",
                "consumes; application/json text/plain",
                "produces; application/json,",
                "consumes; application/",
                "consumes; '*/json'"
            })
    void whatIsNoMediaTypeIsFound(String key, String types) {
        String serves =
                rest("{{agent-runtime.root-path:/api}}", "/hello")
                        .replaceFirst("(?m)get:$", "post:")
                        .replaceFirst(
                                "(?m)^( +)path: \"/hello\"$",
                                "$0\n$1" + key + ": \"" + types + "\"");
        String advice =
                "%s cannot be %s: write media types such as application/json, with commas between"
                        .formatted(key, types);
        finds("- beans:", serves + "- beans:", 53, advice);
        String ofAll = serves.replaceFirst("(?m)^ +" + key + ".*\n", "");
        finds(
                "- beans:",
                ofAll.replaceFirst("(?m)^( +)post:$", "$1" + key + ": \"" + types + "\"\n$0")
                        + "- beans:",
                50,
                advice);
    }

    /** Camel does not look at them there. */
    @Test
    void whatAGetConsumesIsNotJudged() {
        String serves =
                rest("{{agent-runtime.root-path:/api}}", "/hello")
                        .replaceFirst("(?m)^( +)path: \"/hello\"$", "$0\n$1consumes: json");
        assertThat(check(GOOD.replace("- beans:", serves + "- beans:")))
                .extracting(Finding::advice)
                .noneMatch(advice -> advice.contains("consumes"));
    }

    @Test
    void whatIsNoMediaTypeIsFoundInAnAddressToo() {
        String serves =
                """
                - route:
                    id: bots-hello
                    description: Says hello
                    nodePrefixId: bots-hello-
                    from:
                      uri: platform-http:/health/live
                      parameters:
                        consumes: application-json
                      steps: []
                """;
        finds("- beans:", serves + "- beans:", 55, "consumes cannot be application-json: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json, text/plain",
                "application/json;charset=UTF-8",
                "application/vnd.bots.v1+json",
                "*/*",
                "{{agent-runtime.bots-type:text/plain}}"
            })
    void whatIsAMediaTypeIsRight(String types) {
        String serves =
                rest("/health", "live")
                        .replaceFirst(
                                "(?m)^( +)path: \"live\"$", "$0\n$1produces: \"" + types + "\"");
        finds(GOOD.replace("- beans:", serves + "- beans:"), "", 0, "");
    }

    /** The rest of a configuration, which repeats what failed. */
    private static String handler(String policy) {
        return """
                   onException:
                     - onException:
                         id: again
                         exception:
                           - java.io.IOException
                         redeliveryPolicy:
                           %s
               """
                .formatted(policy);
    }

    @Test
    void anExceptionThatDoesNotExistIsFoundAndSoIsRepeatingWithoutEnd() {
        String handler = handler("maximumRedeliveries: 2");
        String configuration = RETRIES.replace("provider-retries", "bots-retries") + handler;
        String used = GOOD.replace("provider-retries", "bots-retries");
        assertThat(check(used + configuration)).isEmpty();
        assertThat(check(used + configuration.replace("IOException", "IOExeption")))
                .singleElement()
                .asString()
                .contains("there is no exception class java.io.IOExeption");
        assertThat(check(used + configuration.replace("Redeliveries: 2", "Redeliveries: -1")))
                .singleElement()
                .asString()
                .contains("this repeats without end");
    }

    @Test
    void aTimeThatIsNoneIsFound() {
        String handler = handler("redeliveryDelay: soon");
        String retries = RETRIES.replace("provider-retries", "bots-more") + handler;
        finds("- beans:", retries + "- beans:", 57, "takes milliseconds or a duration such as 2s");
        finds("- beans:", retries.replace("soon", "1s500ms") + "- beans:", 49, "no route names");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8080",
                "http:{{agent-runtime.bots-api-url}}",
                "https://{{agent-runtime.bots-api-url}}",
                "http://http:8080",
                "http://[::1]:8080",
                "http://localhost:{{bots-port:8080}}",
                "http://localhost/~me@home:x"
            })
    void anAddressThatCanBeCalledIsNone(String address) {
        finds("{{agent-runtime.bots-api-url}}", address, 0, "");
    }

    @Test
    void whatIsRawAndWhatIsNoCallMayHoldAnExpressionsSigns() {
        finds(
                "httpMethod: GET",
                "httpMethod: GET\n              proxyHost: \"RAW(a${b}c)\"",
                0,
                "");
        finds(
                "{{agent-runtime.bots-api-url}}/bots\"\n            parameters:\n              httpMethod: GET",
                "{{bots-folder:file:/tmp}}\"\n            parameters:\n              fileName: \"${header.x}\"",
                0,
                "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:${variable.port}", "http://${variable.host}/x:y"})
    void anAddressIsReadForEachMessageByToDAlone(String address) {
        String known =
                "to:\n            id: get\n            uri: \"{{agent-runtime.bots-api-url}}";
        String read = known.replace("{{agent-runtime.bots-api-url}}", address);
        finds(known, read.replace("to:", "toD:"), 0, "");
        finds(known, read, 45, "a to sends ${…} as it is written: use toD");
    }

    @ParameterizedTest
    @CsvSource({
        "moore, did you mean more?",
        "nmber, did you mean number?",
        "mroe, 'use one of address, cursor, cursorAsJson, index, list, more, next, number, offset'"
    })
    void whatPagesDoNotHaveIsFound(String name, String advice) {
        String pages = GOOD + PAGING;
        finds(pages.replace("variable.key", "variable.pages.next"), "", 0, "");
        finds(pages.replace("variable.key", "variable.pages.getNext()"), "", 0, "");
        finds(pages.replace("variable.key", "variable.pages." + name), "", 42, advice);
        finds(GOOD.replace("variable.key", "variable.pages." + name), "", 0, "");
    }

    @Test
    void aLoopThatAsksForMorePagesAndAddsNoneIsFound() {
        String looping = (GOOD + PAGING).replace(LIST_FLOWS, LOOP + LIST_FLOWS.indent(6));
        finds(looping, "", 20, "this loop asks for more pages and adds none");
        finds(looping.replace("- beans:", ADD_PAGE.indent(8) + "- beans:"), "", 0, "");
        String inTheLoop = LIST_FLOWS.indent(6) + ADD_PAGE.indent(20);
        finds(looping.replace(LIST_FLOWS.indent(6), inTheLoop), "", 0, "");
    }

    /** Camel would take true for a number of times. */
    @ParameterizedTest
    @CsvSource({"'doWhile: true', 'copy: false'", "'doWhile: true', 'doWhile: false'"})
    void aLoopThatCountsInsteadOfAskingForMoreIsFound(String part, String instead) {
        String looping = (GOOD + PAGING).replace(LIST_FLOWS, LOOP + LIST_FLOWS.indent(6));
        String adding = looping.replace("- beans:", ADD_PAGE.indent(8) + "- beans:");
        assertThat(adding).contains(part);
        finds(
                adding.replace(part, instead),
                "",
                20,
                "this loop asks once how often, not each time whether there is more: add doWhile: true");
    }

    @Test
    void aLoopOverPagesThatNothingBeginsIsFound() {
        String looping = (GOOD + PAGING).replace(LIST_FLOWS, LOOP + LIST_FLOWS.indent(6));
        String adding = looping.replace("- beans:", ADD_PAGE.indent(8) + "- beans:");
        finds(adding.replace(BEGIN, ""), "", 16, "nothing begins the pages, so this loop");
    }

    /** As Kaoto writes a step of the bean component. */
    @Test
    void pagesMayBeBegunByAComponentWithParameters() {
        String looping = (GOOD + PAGING).replace(LIST_FLOWS, LOOP + LIST_FLOWS.indent(6));
        String adding = looping.replace("- beans:", ADD_PAGE.indent(8) + "- beans:");
        String component =
                """
                - to:
                    id: begin
                    uri: bean
                    parameters:
                      beanName: bots-paging
                      method: begin
                """
                        .indent(14);
        finds(adding.replace(BEGIN, component), "", 0, "");
    }

    @Test
    void pagesAreAddedInARouteThatIsSentToWithOptionsToo() {
        String looping = (GOOD + PAGING).replace(LIST_FLOWS, LOOP + LIST_FLOWS.indent(6));
        String adding = looping.replace("- beans:", ADD_PAGE.indent(8) + "- beans:");
        String to = "uri: direct:bots-list\n";
        finds(adding.replaceFirst(to, "uri: direct:bots-list?synchronous=true\n"), "", 0, "");
    }

    @Test
    void aConfigurationForEveryRouteIsFound() {
        String global = RETRIES.replace("    id: provider-retries\n", "");
        finds("- beans:", global + "- beans:", 49, "applies to every route");
    }

    /** Camel keeps one for the whole service, and nothing takes it away again. */
    @ParameterizedTest
    @ValueSource(strings = {FILE, "errors.camel.yaml", "extra.camel.yaml"})
    void anErrorHandlerForTheRoutesOfAllFilesIsRefusedInAnyFile(String file) throws IOException {
        String handler = "errorHandler: {deadLetterChannel: {deadLetterUri: \"log:dead\"}}";
        Map<String, String> files = RouteFiles.read(Path.of("routes")).contents(List.of());
        files.merge(
                file,
                "- %s\n%s".formatted(handler, file.equals(FILE) ? GOOD : ""),
                (shipped, more) -> more + shipped);
        assertThat(RouteChecks.check(files, DefaultSettingsForTests.with(Map.of())))
                .extracting(Finding::toString)
                .contains(
                        file
                                + ":1:3: here, errorHandler applies to the routes of all files, and stays after it is deleted: write it into a route, or into a routeConfiguration that routes name as routeConfigurationId");
        String ofOneRoute = "description: The call itself\n    " + handler;
        finds("description: The call itself", ofOneRoute, 0, "");
        String configuration =
                RETRIES.replace("provider-retries", "bots-retries") + "    " + handler;
        finds(GOOD.replace("provider-retries", "bots-retries") + configuration, "", 0, "");
    }

    @Test
    void aProviderNeedsAProperName() {
        assertThat(
                        RouteChecks.check(
                                Map.of("provider-Bots_1.camel.yaml", GOOD, "r.camel.yaml", RETRIES),
                                SETTINGS))
                .extracting(Finding::advice)
                .anyMatch(advice -> advice.contains("a provider cannot be called Bots_1"));
    }

    @Test
    void aFileWhoseNameKeepsItFromBeingUsedIsFound() throws IOException {
        Files.writeString(folder.resolve("provider-bots.yaml"), GOOD);
        Files.writeString(folder.resolve("provider-cats.camel.yml"), GOOD);
        assertThat(run(folder))
                .contains("provider-bots.yaml:1:1: the name keeps this file from being used")
                .contains("call it provider-cats.camel.yaml")
                .contains("2 to correct");
        Files.writeString(folder.resolve("provider-dogs-camel.yaml"), GOOD);
        assertThat(run(folder)).contains("call it provider-dogs.camel.yaml");
    }

    /** As Docker makes a folder where it is told to mount a file that is not there. */
    @Test
    void whatIsCalledAsARouteFileAndIsNoneIsFound() throws IOException {
        Files.createDirectory(folder.resolve("provision.camel.yaml"));
        Files.createSymbolicLink(folder.resolve(FILE), folder.resolve("nowhere"));
        assertThat(run(folder))
                .contains(FILE + ":1:1: this is a folder or a link to no file, and is not used")
                .contains("provision.camel.yaml:1:1: this is a folder or a link to no file")
                .contains("(0 in the folder", "2 to correct")
                .endsWith("exit code 1");
    }

    /** As other systems leave them beside the files that they copy. */
    @Test
    void aFileWhoseNameBeginsWithADotIsNotUsed() throws IOException {
        Files.write(folder.resolve("._" + FILE), new byte[] {0, 5, 22, 7, (byte) 0xE4});
        assertThat(run(folder)).contains("(0 in the folder", "nothing to say");
    }

    /** The memory of a process is a file that ends in an error, whoever reads it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatCannotBeReadIsNamed() throws IOException {
        Files.createSymbolicLink(folder.resolve(FILE), Path.of("/proc/self/mem"));
        assertThat(run(folder))
                .contains(folder.resolve(FILE) + " cannot be read")
                .endsWith("exit code 2");
    }

    /** A running service loads its text, and the next start could not load it by its name. */
    @ParameterizedTest
    @ValueSource(strings = {"a,b", "a+b", "a%20b", "%e4", "a\\b", "a*", "a?", "a:b"})
    void aFileThatNoStartCanLoadByItsNameIsFound(String name) {
        String file = name + ".camel.yaml";
        assertThat(RouteChecks.check(Map.of(file, RETRIES), SETTINGS))
                .extracting(Finding::toString)
                .containsExactly(
                        file
                                + ":1:1: a file with , + * ? : \\ or a sign encoded as %20 in its name cannot be loaded: call it otherwise");
    }

    @Test
    void otherSignsInAFilesNameAreRight() {
        assertThat(RouteChecks.check(Map.of("a b-{c}_d#50%.camel.yaml", RETRIES), SETTINGS))
                .isEmpty();
    }

    @Test
    void theCommandAnswersWithACodeAndOneLinePerFinding() throws IOException {
        Files.writeString(folder.resolve(FILE), GOOD);
        assertThat(run(folder))
                .startsWith(FILE + ":45:18: {{agent-runtime.bots-api-url}} has no value")
                .contains("1 to correct")
                .endsWith("exit code 1");
        assertThat(run(folder, "AGENT_RUNTIME_SERVICE_BOTS_API_URL")).endsWith("exit code 0");
        assertThat(run(folder.resolve("nowhere"))).endsWith("exit code 2");
        var out = new ByteArrayOutputStream();
        assertThat(CheckRoutes.run(List.of("routes", "more"), SETTINGS, new PrintStream(out)))
                .isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("usage: check-routes [folder]");
    }

    @Test
    void whatIsNotCheckedBecauseAFileCannotBeReadIsSaid() throws IOException {
        String rest = "what files refer to, and how, is checked once all of them can be read";
        Files.writeString(folder.resolve(FILE), GOOD.replace("ref: setting", "ref: settings"));
        assertThat(run(folder)).contains("there is no bean settings").doesNotContain(rest);
        Files.writeString(folder.resolve("broken.camel.yaml"), "- route: [");
        assertThat(run(folder))
                .contains("broken.camel.yaml:1:", "this is not YAML", rest)
                .doesNotContain("there is no bean settings")
                .endsWith("exit code 1");
    }

    @ParameterizedTest
    @CsvSource({
        "page.number, nothing here sets the variable page: did you mean pages?",
        "provder, nothing here sets the variable provder: did you mean provider?",
        "tiket, nothing here sets the variable tiket: did you mean ticket?",
        "ticket, nothing to say",
        "pages.number, nothing to say",
        "global:page, nothing to say",
        "elsewhere, nothing to say",
    })
    void aVariableThatNothingSetsIsAHintWhereAnotherIsMeant(String name, String says)
            throws IOException {
        String sets =
                "- setVariable: {id: keep, name: ticket, constant: {expression: x}}\n        - removeHeaders:";
        Files.writeString(
                folder.resolve(FILE),
                GOOD.replace("variable.key", "variable." + name).replace("- removeHeaders:", sets));
        assertThat(run(folder, "AGENT_RUNTIME_SERVICE_BOTS_API_URL"))
                .contains(says)
                .endsWith("exit code 0");
    }

    /** Camel sends the query of a header alone, and in CamelHttpUri that of the step alone. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CamelHttpQuery|httpMethod: GET⏎              status: active⏎              limit: 50|48|status is not sent beside CamelHttpQuery: write it into that header",
                "CamelHttpUri|httpMethod: GET⏎              status: active|48|status replaces the query of CamelHttpUri: write it into that address",
                "CamelHttpQuery|httpMethod: GET⏎              followRedirects: false|0|''",
                "CamelHttpQuery|httpMethod: GET⏎              httpClient.redirectsEnabled: false|0|''",
                "CamelHttpQuery|bridgeEndpoint: true⏎              status: active|48|status is not sent beside CamelHttpQuery",
                "CamelHttpUri|bridgeEndpoint: true⏎              status: active|0|''",
                "CamelHttpPath|httpMethod: GET⏎              status: active|0|''",
            })
    void aQueryThatAHeaderReplacesIsAHint(String header, String parameters, int line, String hint) {
        String sets = GOOD.replace("name: X-Token", "name: " + header);
        finds(sets.replace("httpMethod: GET", lines(parameters)), "", line, hint);
    }

    @Test
    void aQueryInAnAddressThatAHeaderReplacesIsAHint() {
        String sets = GOOD.replace("name: X-Token", "name: CamelHttpQuery");
        String query =
                sets.replace(
                        "/bots\"\n            parameters:\n              httpMethod: GET",
                        "/bots?limit=50\"");
        finds(query, "", 45, "the query of this address is not sent beside CamelHttpQuery");
        finds(query.replace("CamelHttpQuery", "X-Token"), "", 0, "");
        finds(query.replace("limit=50", "httpMethod=GET&userAgent=bots"), "", 0, "");
        String bridge = query.replace("CamelHttpQuery", "CamelHttpUri");
        finds(bridge, "", 45, "the query of this address replaces the query of CamelHttpUri");
        finds(bridge.replace("limit=50", "limit=50&bridgeEndpoint=true"), "", 0, "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET - removeHeader: {id: no-query, name: CamelHttpQuery}|''",
                "SET - removeHeaders: {id: no-query, pattern: \"CamelHttp*\"}|''",
                "SET - toD: {id: other, uri: \"direct:bots-${body}\"}|''",
                "- filter: {id: other, simple: {expression: \"${body}\"}, steps: [SET_THERE, {stop: {id: end}}]}|''",
                "- split: {id: other, simple: {expression: \"${body}\"}, steps: [SET_THERE]}|''",
                "- multicast: {id: other, steps: [SET_THERE]}|''",
                "- doTry: {id: other, steps: [SET_THERE], doFinally: {id: end, steps: [{removeHeaders: {id: no-query, pattern: \"*\"}}]}}|''",
                "''|- removeHeaders: {id: again, pattern: \"*\"} SET - to: {id: more, uri: \"{{agent-runtime.bots-api-url}}/more\"}",
            })
    void aQueryThatIsSentIsNoHint(String before, String after) {
        String content = callBetween(before, after);
        assertThat(check(content)).isEmpty();
        assertThat(hints(content))
                .extracting(Finding::advice)
                .noneMatch(advice -> advice.contains("CamelHttpQuery"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET",
                "- setHeaders: {id: both, headers: [{name: CamelHttpQuery, constant: {expression: x}}]}",
                "SET - removeHeader: {id: other, name: X-Token}",
                "SET - removeHeaders: {id: other, pattern: \"*\", excludePattern: CamelHttpQuery}",
                "SET - wireTap: {id: other, uri: \"direct:bots-flows\"}",
                "- filter: {id: other, simple: {expression: \"${body}\"}, steps: [SET_THERE]}",
                "SET - filter: {id: other, simple: {expression: \"${body}\"}, steps: [{removeHeaders: {id: no-query, pattern: \"*\"}}]}",
                "- doTry: {id: other, steps: [SET_THERE], doCatch: [{id: failed, exception: [java.io.IOException], steps: [{log: {id: say, message: x}}]}]}",
            })
    void aQueryThatMayBeReplacedIsAHint(String before) {
        List<Finding> hints = hints(callBetween(before, ""));
        assertThat(hints)
                .extracting(Finding::advice)
                .containsOnlyOnce(
                        "status is not sent beside CamelHttpQuery: write it into that header");
    }

    @Test
    void aQueryThatTheTurnBeforeReplacesIsAHint() {
        String loop =
                "- loop: {id: all, constant: {expression: \"2\"}, steps: [{to: {id: page, uri: \"{{agent-runtime.bots-api-url}}/page\", parameters: {limit: 50}}}, SET_THERE, {removeHeaders: {id: again, pattern: X-*}}]} - removeHeaders: {id: last, pattern: \"*\"}";
        assertThat(hints(callBetween(loop, "")))
                .extracting(Finding::advice)
                .contains("limit is not sent beside CamelHttpQuery: write it into that header")
                .noneMatch(advice -> advice.startsWith("status"));
    }

    /** The file with steps before and after its call, which has a query. */
    private static String callBetween(String before, String after) {
        return GOOD.replace(
                        "        - to:\n            id: get",
                        steps(before) + "        - to:\n            id: get")
                .replace("httpMethod: GET\n", "status: active\n" + steps(after));
    }

    private static String steps(String steps) {
        String set = "setHeader: {id: query, name: CamelHttpQuery, constant: {expression: x}}";
        return steps.replace("SET_THERE", "{" + set + "}")
                .replace("SET", "- " + set)
                .replaceAll("(?:^| )- ", "\n        - ")
                .replaceFirst("^\n", "")
                .replaceFirst("(?<=.)$", "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "CamelHttpQeury, CamelHttpQuery",
        "CamelHttpPaht, CamelHttpPath",
        "camelhttpresponsecod, CamelHttpResponseCode",
    })
    void aHeaderOfCamelsThatThereIsNotIsAHint(String header, String meant) {
        String advice = "Camel knows no header " + header + ": did you mean " + meant + "?";
        finds("name: X-Token", "name: " + header, 39, advice);
        finds("${variable.key}", "${header." + header + "}", 42, advice);
        finds("${variable.key}", "${headers['" + header + "']}", 42, advice);
    }

    @Test
    void aVariableOfARequestsRouteThatNothingSetsIsAHint() throws IOException {
        String shipped = Files.readString(Path.of("routes/provision.camel.yaml"));
        String wrong = shipped.replaceFirst("expression: missed", "expression: mised");
        for (String content : List.of(shipped, wrong)) {
            List<Finding> found =
                    RouteChecks.hints(Map.of("provision.camel.yaml", content), SETTINGS).stream()
                            .filter(hint -> hint.advice().contains("variable"))
                            .toList();
            if (content.equals(shipped)) {
                assertThat(found).isEmpty();
            } else {
                assertThat(found)
                        .singleElement()
                        .asString()
                        .contains("nothing here sets the variable mised: did you mean missed?");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"Authorisation, Authorization", "Content-Typ, Content-Type"})
    void aHeaderThatIsNearlyOneOfHttpIsAHint(String header, String meant) {
        finds(
                "name: X-Token",
                "name: " + header,
                39,
                "header " + header + ": did you mean " + meant);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET - to: {id: again, uri: \"direct:bots-list\"}|1",
                "- doTry: {id: other, steps: [SET_THERE, {to: {id: again, uri: \"direct:bots-list\"}}], doCatch: [{id: failed, exception: [java.io.IOException], steps: [{log: {id: say, message: x}}]}]}|1",
                "- filter: {id: other, simple: {expression: \"${body}\"}, steps: [SET_THERE, {to: {id: again, uri: \"direct:bots-list\"}}]}|0",
                "SET - to: {id: first, uri: \"direct:bots-flows\"}|1",
                "- doTry: {id: other, steps: [SET_THERE, {to: {id: again, uri: \"direct:bots-list\"}}], doCatch: [{id: failed, exception: [java.io.IOException], steps: [{throwException: {id: say, exceptionType: java.io.IOException, message: x}}]}]}|1",
                "SET - to: {id: again, disabled: true, uri: \"direct:bots-list\"}|0",
                "SET - to: {id: again, disabled: True, uri: \"direct:bots-list\"}|0",
                "SET - to: {id: again, disabled: \"{{agent-runtime.bots-off:true}}\", uri: \"direct:bots-list\"}|0",
                "SET - to: {id: again, disabled: \"{{agent-runtime.bots-off:false}}\", uri: \"direct:bots-list\"}|1",
                "- filter: {id: other, simple: {expression: \"${body}\"}, steps: [SET_THERE, {stop: {id: end}}]} - to: {id: again, uri: \"direct:bots-list\"}|0",
            })
    void aRouteThatIsAlwaysSentBackToIsFound(String steps, int found) {
        assertThat(check(callBetween(steps, "")))
                .extracting(Finding::advice)
                .filteredOn(advice -> advice.contains("always comes back to direct:bots-"))
                .hasSizeGreaterThanOrEqualTo(found)
                .hasSizeLessThanOrEqualTo(found * 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept-Language",
                "accept",
                "X-Authorization",
                "CamelHttpQuery",
                "camelHttpMethod",
                "CamelFileName",
                "X-CamelHttp"
            })
    void aHeaderThatMayBeMeantIsNoHint(String header) {
        finds(GOOD.replace("name: X-Token", "name: " + header), "", 0, "");
    }

    @Test
    void aSettingAsAShellWritesItIsToldAsARouteDoes() {
        finds(
                "{{agent-runtime.bots-api-url}}/bots",
                "${AGENT_RUNTIME_SERVICE_BOTS_API_URL}/bots",
                45,
                "${AGENT_RUNTIME_SERVICE_BOTS_API_URL} is not read here: write {{agent-runtime.bots-api-url}}");
    }

    /** Camel loses an exchange whose failure cannot be looked at. */
    @ParameterizedTest
    @CsvSource({
        "statusCode, ''",
        "message, ''",
        "stacktrace, ''",
        "httpResponseStatus, ''",
        "statuscode, there is no statuscode of org.apache.camel.http.base.HttpOperationFailedException: correct the name",
        "StatusCode, there is no StatusCode of org.apache.camel.http.base.HttpOperationFailedException: correct the name",
        "STATUSCODE, there is no STATUSCODE of org.apache.camel.http.base.HttpOperationFailedException: correct the name",
        "statusCod, there is no statusCod of org.apache.camel.http.base.HttpOperationFailedException: correct the name",
        "statusCode} > 400 || ${exception} is 'java.lang.String' && ${exception.any, ''",
        "code, there is no code of org.apache.camel.http.base.HttpOperationFailedException: correct the name"
    })
    void whatIsAskedOfAFailureIsThere(String name, String advice) {
        String content =
                callBetween(
                        "- doTry: {id: other, steps: [SET_THERE], doCatch: [{id: failed, exception: [org.apache.camel.http.base.HttpOperationFailedException], onWhen: {expression: {simple: {expression: \"${exception."
                                + name
                                + "} == 401\"}}}, steps: [{log: {id: say, message: x}}]}]}",
                        "");
        assertThat(check(content).stream().map(Finding::advice))
                .allMatch(found -> found.startsWith(advice))
                .hasSize(advice.isEmpty() ? 0 : 1);
    }

    /** One that a list names beside others is caught as well, and asked the same. */
    @Test
    void whatIsAskedOfSeveralFailuresIsThereOfEach() {
        String content =
                callBetween(
                        "- doTry: {id: other, steps: [SET_THERE], doCatch: [{id: failed, exception: [org.apache.camel.http.base.HttpOperationFailedException, java.io.IOException], onWhen: {expression: {simple: {expression: \"${exception.statusCode} == 401\"}}}, steps: [{log: {id: say, message: x}}]}]}",
                        "");
        assertThat(check(content).stream().map(Finding::advice))
                .singleElement()
                .asString()
                .startsWith("there is no statusCode of java.io.IOException: correct the name");
    }

    /** A call that failed would be told as a fault of the step that made it. */
    @ParameterizedTest
    @CsvSource({"statuscode, 1", "statusCode, 0"})
    void whatRetriesAskOfAFailureIsThere(String name, int found) throws IOException {
        String retries =
                Files.readString(Path.of("routes/retries.camel.yaml"))
                        .replace("${exception.statusCode}", "${exception." + name + "}");
        assertThat(RouteChecks.check(Map.of(FILE, GOOD, "retries.camel.yaml", retries), SETTINGS))
                .hasSize(found)
                .allSatisfy(
                        finding ->
                                assertThat(finding.toString())
                                        .contains("retries.camel.yaml", "there is no " + name));
    }

    /** A step of a request that is there twice or not at all fails each of them as it runs. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "match|''|38|provision of answers takes what match or matchAgain of flowMatcher answers, and here the body is what read of requestReader answers: remove this step, or put the missing one before it",
                "match|match more|33|match of flowMatcher takes what read or readWithLimit of requestReader answers, and here the body is what match of flowMatcher answers",
                "read-request|''|23|match of flowMatcher takes what read or readWithLimit of requestReader answers, and here the body is the request as it came",
                "read-request|read-request more|23|read of requestReader takes the request as it came, and here the body is what read of requestReader answers",
                "answer|answer more|48|provision of answers takes what match or matchAgain of flowMatcher answers, and here the body is what provision of answers answers",
                "answer|marshal answer|47|provision of answers takes what match or matchAgain of flowMatcher answers, and here the body is written already",
                "marshal|''|39|behind this step the body is what provision of answers answers, and the request fails as nothing writes it: add a step marshal with json",
                "marshal|marshal more|48|the body is written already, and would be written once more, as a text of letters and digits: remove this step",
                "marshal|marshal|0|''",
                "match|match own more|0|''",
                "match|match off|0|''",
                "match|kept match|0|''",
                "marshal|marshal sent|0|''",
            })
    void aStepOfARequestThatIsMissingOrThereTwiceIsFound(
            String id, String instead, int line, String advice) throws IOException {
        String shipped = Files.readString(Path.of("routes/provision.camel.yaml"));
        String step = step(shipped, id);
        String steps =
                Stream.of(instead.split(" "))
                        .map(
                                one ->
                                        switch (one) {
                                            case "" -> "";
                                            case "off" ->
                                                    step.replace(
                                                            "id: " + id,
                                                            "id: off\n            disabled: \"{{agent-runtime.more:true}}\"");
                                            case "kept" ->
                                                    "        - marshal: {id: kept, variableReceive: kept, json: {}}\n";
                                            case "sent" ->
                                                    "        - marshal: {id: sent, variableSend: kept, json: {}}\n";
                                            case "more" -> step.replace("id: " + id, "id: more");
                                            case "own" ->
                                                    "        - setBody: {id: own, constant: x}\n";
                                            default -> step(shipped, one);
                                        })
                        .collect(Collectors.joining());
        Map<String, String> files = RouteFiles.read(Path.of("routes")).contents(List.of());
        files.put("provision.camel.yaml", shipped.replaceFirst(Pattern.quote(step), steps));
        RouteChecks.Result result =
                RouteChecks.result(files, DefaultSettingsForTests.with(Map.of()));
        List<Finding> all = new ArrayList<>(result.faults());
        all.addAll(result.hints());
        if (line == 0) {
            assertThat(all).isEmpty();
            return;
        }
        assertThat(all)
                .anySatisfy(
                        finding -> {
                            assertThat(finding.file()).isEqualTo("provision.camel.yaml");
                            assertThat(finding.line()).isEqualTo(line);
                            assertThat(finding.advice()).startsWith(advice);
                        });
    }

    /** A route of one's own may make the request that the service's beans read. */
    @Test
    void aRequestThatATextIsReadAsIsRight() throws IOException {
        String own =
                """
                - rest:
                    path: "{{agent-runtime.root-path}}"
                    get:
                      - path: /own
                        to: direct:own
                - route:
                    id: own
                    description: A task of its own
                    nodePrefixId: own-
                    from:
                      uri: direct:own
                      steps:
                        - bean: {id: say, ref: setting, method: value('bots-api-url')}
                        - bean: {id: read-request, ref: requestReader, method: read}
                        - to: {id: answer, uri: direct:provision}
                """;
        Map<String, String> files = RouteFiles.read(folder).contents(List.of());
        files.put("own.camel.yaml", own);
        RouteChecks.Result result =
                RouteChecks.result(
                        files,
                        DefaultSettingsForTests.ofAStartWith(
                                Map.of("AGENT_RUNTIME_SERVICE_BOTS_API_URL", ADDRESS)));
        assertThat(result.faults()).isEmpty();
        assertThat(result.hints()).isEmpty();
    }

    /** The first step of this id, whole. */
    private static String step(String file, String id) {
        Matcher step =
                Pattern.compile(
                                "        - \\w+:\n            id: "
                                        + id
                                        + "\n(?:            .*\n)*")
                        .matcher(file);
        assertThat(step.find()).as(id).isTrue();
        return step.group();
    }

    /** Not every call is worth a second one, and a start is not refused for it. */
    @Test
    void aCallOfWhichNothingIsRepeatedIsAHintAndNoMistake() throws IOException {
        String without = GOOD.replace("    routeConfigurationId: provider-retries\n", "");
        Files.writeString(folder.resolve(FILE), without);
        assertThat(run(folder, "AGENT_RUNTIME_SERVICE_BOTS_API_URL"))
                .startsWith(
                        "hint: "
                                + FILE
                                + ":42:11: nothing of this call is repeated: set routeConfigurationId: provider-retries")
                .contains("0 to correct, 1 to consider")
                .endsWith("exit code 0");
        assertThat(check(without)).isEmpty();
        Files.writeString(
                folder.resolve(FILE),
                without.replace(
                        "nodePrefixId: bots-list-",
                        "nodePrefixId: bots-list-\n    errorHandler: {noErrorHandler: {}}"));
        assertThat(run(folder, "AGENT_RUNTIME_SERVICE_BOTS_API_URL"))
                .contains("nothing to say")
                .endsWith("exit code 0");
    }

    /** The provider would be sent none, and its refusal told as one of the key. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "keep('bots', ${body})|get('bot')|nothing here keeps a token called bot: did you mean bots?",
                "has('bots')|get('bots')|nothing here keeps a token called bots: keep it with tokens.keep",
                "keep('bots', ${body})|get('bots')|''",
                "keepAt('bots', 'a.b', ${body})|get('bots')|''",
                "keep(${header.who}, ${body})|get('bots')|''"
            })
    void aTokenThatNothingKeepsIsAHint(String first, String second, String advice) {
        String content =
                GOOD.replace(
                        "${variable.key}",
                        "${bean:tokens?method=" + first + "}${bean:tokens?method=" + second + "}");
        assertThat(hints(content).stream().map(Finding::advice))
                .filteredOn(hint -> hint.contains("token"))
                .isEqualTo(advice.isEmpty() ? List.of() : List.of(advice));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bean:tokens?method=keep('bots', ${body})|0",
                "bean:tokens?method=keep('bot', ${body})|1",
                "bean:tokens?method=keep(${header.who}, ${body})|0",
                "bean:tokens?method=RAW(keep('bots', ${body}))|0",
                "bean://tokens?cache=false&method=keep('bot', ${body})|1"
            })
    void aTokenThatAnAddressKeepsIsKnown(String address, int found) {
        String content =
                GOOD.replace("${variable.key}", "${bean:tokens?method=get('bots')}")
                        + """
                        - route:
                            id: bots-login
                            description: keeps what the login answered
                            from:
                              uri: direct:bots-login
                              steps:
                                - to:
                                    id: keep
                                    uri: "%s"
                        """
                                .formatted(address);
        assertThat(hints(content).stream().map(Finding::advice))
                .filteredOn(hint -> hint.contains("keeps a token"))
                .hasSize(found);
    }

    /** A start reads names as Spring does, and what it takes is nothing to correct. */
    @ParameterizedTest
    @CsvSource({"bots-apiurl, 0", "bots_api_url, 1"})
    void aSettingInASpellingThatAStartTakesIsNoMistake(String spelling, int found) {
        String content = GOOD.replace("agent-runtime.bots-api-url", "agent-runtime." + spelling);
        assertThat(
                        RouteChecks.check(
                                Map.of(FILE, content, "retries.camel.yaml", RETRIES),
                                DefaultSettingsForTests.ofAStartWith(
                                        Map.of("AGENT_RUNTIME_SERVICE_BOTS_API_URL", ADDRESS))))
                .hasSize(found);
    }

    /**
     * @param line 0 for no finding at all
     */
    private static void finds(String part, String instead, int line, String advice) {
        String content =
                GOOD.contains(part) && !part.isEmpty() ? GOOD.replace(part, instead) : part;
        List<Finding> findings = new ArrayList<>(check(content));
        findings.addAll(hints(content));
        if (line == 0) {
            assertThat(findings).isEmpty();
            return;
        }
        assertThat(content).isNotEqualTo(GOOD);
        assertThat(findings)
                .anySatisfy(
                        finding -> {
                            assertThat(finding.advice()).contains(advice);
                            assertThat(finding.line()).isEqualTo(line);
                        });
    }

    private static List<Finding> hints(String content) {
        return RouteChecks.hints(Map.of(FILE, content, "retries.camel.yaml", RETRIES), SETTINGS);
    }

    private static List<Finding> check(String content) {
        return RouteChecks.check(Map.of(FILE, content, "retries.camel.yaml", RETRIES), SETTINGS);
    }

    private static String run(Path folder, String... variables) {
        var out = new ByteArrayOutputStream();
        int code =
                CheckRoutes.run(
                        folder,
                        DefaultSettingsForTests.with(
                                Stream.of(variables)
                                        .collect(
                                                Collectors.toMap(
                                                        SettingNames::property, any -> ADDRESS))),
                        new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8) + "exit code " + code;
    }
}
