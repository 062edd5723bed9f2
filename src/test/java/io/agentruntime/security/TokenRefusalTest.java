package io.agentruntime.security;

import static io.agentruntime.security.TokenText.AUDIENCE;
import static io.agentruntime.security.TokenText.CLOCK;
import static io.agentruntime.security.TokenText.HEADER;
import static io.agentruntime.security.TokenText.ISSUER;
import static io.agentruntime.security.TokenText.NOW_SECONDS;
import static io.agentruntime.security.TokenText.base64;
import static io.agentruntime.security.TokenText.claims;
import static io.agentruntime.security.TokenText.header;
import static io.agentruntime.security.TokenText.headerWith;
import static io.agentruntime.security.TokenText.signed;
import static io.agentruntime.security.TokenText.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way we know to fool a verifier, one row each. A row differs from an accepted token in the
 * one thing its name says, and is refused for that reason and no other.
 */
class TokenRefusalTest {

    private static final String SECRET = Keys.USER_SECRET;
    private static final Keys.Signer SIGN = Keys.hmac("256", SECRET);
    private static final Keys.Signer ATTACKER =
            Keys.hmac("256", "the-attacker-has-only-this-one-0123456789");

    static final TokenVerifier HS256 = verifier("HS256", SECRET);
    private static final TokenVerifier HS384 = verifier("HS384", SECRET);
    private static final TokenVerifier HS512 = verifier("HS512", SECRET);
    private static final TokenVerifier RS256 = verifier("RS256", Keys.pem(Keys.RSA.getPublic()));
    private static final TokenVerifier PS256 = verifier("PS256", Keys.pem(Keys.RSA.getPublic()));
    private static final TokenVerifier ES256 = verifier("ES256", Keys.pem(Keys.P256.getPublic()));
    private static final TokenVerifier ES384 = verifier("ES384", Keys.pem(Keys.P384.getPublic()));
    private static final TokenVerifier ES512 = verifier("ES512", Keys.pem(Keys.P521.getPublic()));
    private static final TokenVerifier EDDSA =
            verifier("EdDSA", Keys.pem(Keys.ED25519.getPublic()));

    private static final BigInteger P256_ORDER =
            ((ECPublicKey) Keys.P256.getPublic()).getParams().getOrder();

    record Row(String name, TokenVerifier verifier, String token, Refusal reason) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A table that grows by sentences. */
    private static final class Table {
        final List<Row> rows = new ArrayList<>();

        void add(String name, Refusal reason, String token) {
            add(name, HS256, reason, token);
        }

        void add(String name, TokenVerifier verifier, Refusal reason, String token) {
            rows.add(new Row(name, verifier, token, reason));
        }

        void claim(String name, Refusal reason, String... changes) {
            add(name, reason, token(claims(changes)));
        }

        void header(String name, Refusal reason, String json) {
            add(name, reason, token(json, claims(), SIGN));
        }
    }

    static Stream<Row> rows() {
        Table table = new Table();
        shapes(table);
        encodings(table);
        headers(table);
        claimDocuments(table);
        claimTypes(table);
        times(table);
        issuersAndAudiences(table);
        algorithms(table);
        keyHints(table);
        signatures(table);
        return table.rows.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isRefusedForThatReasonAndTellsNothing(Row row) {
        InvalidToken refusal = refusal(row.verifier(), row.token());

        assertThat(refusal.getMessage()).isIn(row.reason().text(), "user: " + row.reason().text());
        assertThat(refusal.getCause()).isNull();
        // And again: a refusal is not remembered as anything else.
        assertThat(refusal(row.verifier(), row.token()).getMessage())
                .isEqualTo(refusal.getMessage());
    }

    @Test
    void theTableIsAsLongAsPromisedAndHasNoNameTwice() {
        List<String> names = rows().map(Row::name).toList();

        assertThat(names).hasSizeGreaterThanOrEqualTo(130).doesNotHaveDuplicates();
    }

    @Test
    void theTokenEveryRowStartsFromIsAccepted() throws InvalidToken {
        assertThat(HS256.verify(token(claims()))).isEqualTo(new Caller(CallerKind.USER, "ann"));
    }

    @Test
    void anyOneCharacterChangedAnywhereIsRefused() {
        String good = token(claims());
        for (int i = 0; i < good.length(); i++) {
            for (char other : new char[] {'A', 'B', '_', '.', '=', ' ', '\0', 'é'}) {
                if (good.charAt(i) != other) {
                    refusal(HS256, good.substring(0, i) + other + good.substring(i + 1));
                }
            }
        }
    }

    @Test
    void anyPartCutOffIsRefused() {
        String good = token(claims());
        for (int i = 0; i < good.length(); i++) {
            refusal(HS256, good.substring(0, i));
            refusal(HS256, good.substring(i + 1));
        }
    }

    @Test
    void anyBitOfASignatureFlippedIsRefusedByEveryAlgorithm() {
        flipEveryBit(RS256, header("RS256"), Keys.rsa("256", Keys.RSA), 61);
        flipEveryBit(PS256, header("PS256"), Keys.pss("256", 32, Keys.RSA), 61);
        flipEveryBit(ES256, header("ES256"), Keys.ec("256", Keys.P256), 7);
        flipEveryBit(EDDSA, header("EdDSA"), Keys.eddsa(Keys.ED25519), 7);
    }

    private static void flipEveryBit(
            TokenVerifier verifier, String header, Keys.Signer signer, int step) {
        String good = token(header, claims(), signer);
        int dot = good.lastIndexOf('.');
        byte[] signature = Base64.getUrlDecoder().decode(good.substring(dot + 1));
        for (int bit = 0; bit < signature.length * 8; bit += step) {
            byte[] changed = signature.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            refusal(verifier, good.substring(0, dot + 1) + base64(changed));
        }
    }

    private static void shapes(Table table) {
        String good = token(claims());
        String[] parts = good.split("\\.");
        table.add("nothing at all", Refusal.SEGMENTS, "");
        table.add("one word", Refusal.SEGMENTS, "abc");
        table.add("one dot", Refusal.SEGMENTS, ".");
        table.add("two dots", Refusal.SEGMENTS, "..");
        table.add("dots only", Refusal.SEGMENTS, "....");
        table.add("one segment", Refusal.SEGMENTS, parts[0]);
        table.add("two segments", Refusal.SEGMENTS, parts[0] + "." + parts[1]);
        table.add("no header", Refusal.SEGMENTS, "." + parts[1] + "." + parts[2]);
        table.add("no claims", Refusal.CLAIMS, signed(parts[0] + ".", SIGN));
        table.add("no signature", Refusal.SEGMENTS, parts[0] + "." + parts[1] + ".");
        table.add("four segments", Refusal.SEGMENTS, good + "." + parts[2]);
        table.add("a trailing dot", Refusal.SEGMENTS, good + ".");
        table.add("a leading dot", Refusal.SEGMENTS, "." + good);
        table.add(
                "five segments, as an encrypted token has",
                Refusal.SEGMENTS,
                base64("{\"alg\":\"dir\",\"enc\":\"A256GCM\"}") + "..aXY.Y2lwaGVy.dGFn");
        table.add(
                "five segments with an encrypted key",
                Refusal.SEGMENTS,
                base64("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\"}")
                        + ".a2V5.aXY.Y2lwaGVy.dGFn");
        table.add(
                "a detached payload whose signature was made over it",
                Refusal.CLAIMS,
                parts[0] + ".." + parts[2]);
        table.add(
                "flattened JSON serialization",
                Refusal.SEGMENTS,
                "{\"protected\":\"%s\",\"payload\":\"%s\",\"signature\":\"%s\"}"
                        .formatted(parts[0], parts[1], parts[2]));
        table.add(
                "general JSON serialization around dots",
                Refusal.ENCODING,
                "{\"payload\":\"%s\",\"signatures\":[{}]}".formatted(good));
        table.add("two tokens in a row", Refusal.SEGMENTS, good + good);
        table.add("two tokens with a comma", Refusal.SEGMENTS, good + "," + good);
        table.add(
                "one byte more than 8 KiB", Refusal.TOO_LONG, padded(CompactToken.MAX_LENGTH + 1));
        table.add("a megabyte of dots", Refusal.TOO_LONG, ".".repeat(1 << 20));
        table.add("a megabyte of letters", Refusal.TOO_LONG, "a".repeat(1 << 20));
    }

    private static void encodings(Table table) {
        String good = token(claims());
        String[] parts = good.split("\\.");
        String body = parts[0] + "." + parts[1];
        table.add("padding after the signature", Refusal.ENCODING, good + "=");
        table.add(
                "padding after the header, signed so",
                Refusal.ENCODING,
                signed(base64(sized(HEADER, 1)) + "==." + parts[1], SIGN));
        table.add(
                "padding after the claims, signed so",
                Refusal.ENCODING,
                signed(parts[0] + "." + base64(sized(claims(), 1)) + "==", SIGN));
        table.add("a line end after the token", Refusal.ENCODING, good + "\n");
        table.add("a space before the token", Refusal.ENCODING, " " + good);
        table.add("a space inside the signature", Refusal.ENCODING, body + "." + spaced(parts[2]));
        table.add(
                "a line end inside the claims, signed so",
                Refusal.ENCODING,
                signed(
                        parts[0] + "." + parts[1].substring(0, 8) + "\r\n" + parts[1].substring(8),
                        SIGN));
        table.add("a tab before the header", Refusal.ENCODING, "\t" + good);
        table.add("a NUL after the signature", Refusal.ENCODING, good + "\0");
        table.add(
                "the alphabet of plain base64",
                Refusal.ENCODING,
                body + ".+/" + parts[2].substring(2));
        table.add(
                "percent escapes",
                Refusal.ENCODING,
                good.replace("-", "%2D").replace("_", "%5F") + "%20");
        table.add("a letter outside ASCII", Refusal.ENCODING, body + ".é" + parts[2].substring(1));
        table.add(
                "full-width letters that look alike",
                Refusal.ENCODING,
                body + ".\uFF21" + parts[2].substring(1));
        table.add(
                "set tail bits in the signature",
                Refusal.ENCODING,
                body + "." + withTailBits(parts[2]));
        table.add(
                "set tail bits in the header, signed so",
                Refusal.ENCODING,
                signed(withTailBits(base64(sized(HEADER, 1))) + "." + parts[1], SIGN));
        table.add(
                "set tail bits in the claims, signed so",
                Refusal.ENCODING,
                signed(parts[0] + "." + withTailBits(base64(sized(claims(), 1))), SIGN));
        table.add(
                "a segment of an impossible length",
                Refusal.ENCODING,
                body + "." + parts[2] + "AA");
        table.add("a header of one letter", Refusal.ENCODING, signed("A." + parts[1], SIGN));
        table.add("a signature encoded twice", Refusal.SIGNATURE, body + "." + base64(parts[2]));
        table.add(
                "a header encoded twice",
                Refusal.HEADER,
                signed(base64(parts[0]) + "." + parts[1], SIGN));
        table.add(
                "a signature in hex",
                Refusal.SIGNATURE,
                body + "." + hex(Base64.getUrlDecoder().decode(parts[2])));
    }

    private static void headers(Table table) {
        byte[] utf16 = HEADER.getBytes(StandardCharsets.UTF_16LE);
        byte[] utf32 = HEADER.getBytes(Charset.forName("UTF-32BE"));
        String claims = base64(claims());
        table.header("a header that is no JSON", Refusal.HEADER, "alg=HS256");
        table.header("an empty header object", Refusal.HEADER_MEMBER, "{}");
        table.header("a header that is null", Refusal.HEADER, "null");
        table.header("a header that is a list", Refusal.HEADER, "[" + HEADER + "]");
        table.header("a header that is a string", Refusal.HEADER, "\"HS256\"");
        table.header(
                "a header that is cut off",
                Refusal.HEADER,
                HEADER.substring(0, HEADER.length() - 1));
        table.header("a header with something after it", Refusal.HEADER, HEADER + "x");
        table.header("a header with a second object after it", Refusal.HEADER, HEADER + HEADER);
        table.header("a header with a comment", Refusal.HEADER, "{/**/\"alg\":\"HS256\"}");
        table.header("a header with single quotes", Refusal.HEADER, "{'alg':'HS256'}");
        table.header("a header with bare names", Refusal.HEADER, "{alg:\"HS256\"}");
        table.header("a header with a trailing comma", Refusal.HEADER, "{\"alg\":\"HS256\",}");
        table.header("a header with a byte order mark", Refusal.HEADER, "\uFEFF" + HEADER);
        table.header("a header with a NUL after it", Refusal.HEADER, HEADER + "\0");
        table.header("alg twice, the same", Refusal.HEADER, headerWith("\"alg\":\"HS256\""));
        table.header(
                "alg twice, none first", Refusal.HEADER, "{\"alg\":\"none\",\"alg\":\"HS256\"}");
        table.header(
                "alg twice, none last", Refusal.HEADER, "{\"alg\":\"HS256\",\"alg\":\"none\"}");
        table.header(
                "alg twice, once as an escape",
                Refusal.HEADER,
                headerWith("\"\\u0061lg\":\"none\""));
        table.header(
                "a name twice deep in the header",
                Refusal.HEADER,
                headerWith("\"x\":{\"y\":[{\"z\":1,\"z\":2}]}"));
        table.header("a header nested 20 deep", Refusal.HEADER, headerWith("\"x\":" + nested(20)));
        table.header(
                "a header nested 2,500 deep", Refusal.HEADER, headerWith("\"x\":" + nested(2500)));
        table.header("a header of 2,500 open brackets", Refusal.HEADER, "[".repeat(2500));
        table.header("a header of 1,000 open objects", Refusal.HEADER, "{\"a\":".repeat(1000));
        table.header(
                "a number of 1,000 digits in the header",
                Refusal.HEADER,
                headerWith("\"x\":" + "9".repeat(1000)));
        table.header(
                "half a character in the header",
                Refusal.HEADER,
                headerWith("\"kid\":\"\\ud800\""));
        table.header(
                "half a character in a header's name", Refusal.HEADER, headerWith("\"\\udc00\":1"));
        table.add("a header in UTF-16", Refusal.HEADER, signed(base64(utf16) + "." + claims, SIGN));
        table.add("a header in UTF-32", Refusal.HEADER, signed(base64(utf32) + "." + claims, SIGN));
        table.header("no alg", Refusal.HEADER_MEMBER, "{\"typ\":\"JWT\"}");
        table.header("alg null", Refusal.HEADER_MEMBER, "{\"alg\":null}");
        table.header("alg a number", Refusal.HEADER_MEMBER, "{\"alg\":256}");
        table.header("alg true", Refusal.HEADER_MEMBER, "{\"alg\":true}");
        table.header("alg a list", Refusal.HEADER_MEMBER, "{\"alg\":[\"HS256\"]}");
        table.header("alg an object", Refusal.HEADER_MEMBER, "{\"alg\":{\"HS256\":1}}");
        table.header("alg under a name in capitals", Refusal.HEADER_MEMBER, "{\"ALG\":\"HS256\"}");
        table.header(
                "crit naming nothing known",
                Refusal.HEADER_MEMBER,
                headerWith("\"crit\":[\"x\"],\"x\":1"));
        table.header(
                "crit naming exp",
                Refusal.HEADER_MEMBER,
                headerWith("\"crit\":[\"exp\"],\"exp\":1"));
        table.header(
                "crit naming b64",
                Refusal.HEADER_MEMBER,
                headerWith("\"crit\":[\"b64\"],\"b64\":true"));
        table.header("crit naming alg", Refusal.HEADER_MEMBER, headerWith("\"crit\":[\"alg\"]"));
        table.header("crit empty", Refusal.HEADER_MEMBER, headerWith("\"crit\":[]"));
        table.header("crit null", Refusal.HEADER_MEMBER, headerWith("\"crit\":null"));
        table.header("crit a string", Refusal.HEADER_MEMBER, headerWith("\"crit\":\"exp\""));
        table.header("crit an object", Refusal.HEADER_MEMBER, headerWith("\"crit\":{}"));
        table.header("b64 false without crit", Refusal.HEADER_MEMBER, headerWith("\"b64\":false"));
        table.header("b64 true without crit", Refusal.HEADER_MEMBER, headerWith("\"b64\":true"));
        table.add(
                "an unencoded payload (RFC 7797)",
                Refusal.ENCODING,
                signed(
                        base64(headerWith("\"b64\":false,\"crit\":[\"b64\"]"))
                                + "."
                                + claims("iss", "\"issuer\""),
                        SIGN));
        table.header("zip DEF", Refusal.HEADER_MEMBER, headerWith("\"zip\":\"DEF\""));
        table.header("zip null", Refusal.HEADER_MEMBER, headerWith("\"zip\":null"));
        table.header(
                "enc in a signed token", Refusal.HEADER_MEMBER, headerWith("\"enc\":\"A128GCM\""));
        table.header("cty JWT", Refusal.HEADER_MEMBER, headerWith("\"cty\":\"JWT\""));
        table.header("cty jwt in lower case", Refusal.HEADER_MEMBER, headerWith("\"cty\":\"jwt\""));
        table.add(
                "a token inside a token",
                Refusal.HEADER_MEMBER,
                token(headerWith("\"cty\":\"JWT\""), token(claims()), SIGN));
        table.add(
                "a token inside a token that does not say so",
                Refusal.CLAIMS,
                token(HEADER, token(claims()), SIGN));
        table.header("typ JWE", Refusal.HEADER_MEMBER, "{\"alg\":\"HS256\",\"typ\":\"JWE\"}");
        table.header(
                "typ of a logout token",
                Refusal.HEADER_MEMBER,
                "{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}");
        table.header(
                "typ of a DPoP proof",
                Refusal.HEADER_MEMBER,
                "{\"alg\":\"HS256\",\"typ\":\"dpop+jwt\"}");
        table.header(
                "typ of a security event",
                Refusal.HEADER_MEMBER,
                "{\"alg\":\"HS256\",\"typ\":\"secevent+jwt\"}");
        table.header("typ empty", Refusal.HEADER_MEMBER, "{\"alg\":\"HS256\",\"typ\":\"\"}");
        table.header("typ null", Refusal.HEADER_MEMBER, "{\"alg\":\"HS256\",\"typ\":null}");
        table.header("typ a number", Refusal.HEADER_MEMBER, "{\"alg\":\"HS256\",\"typ\":1}");
        table.header("typ a list", Refusal.HEADER_MEMBER, "{\"alg\":\"HS256\",\"typ\":[\"JWT\"]}");
        table.header("kid a number", Refusal.HEADER_MEMBER, headerWith("\"kid\":1"));
        table.header("kid null", Refusal.HEADER_MEMBER, headerWith("\"kid\":null"));
        table.header("kid a list", Refusal.HEADER_MEMBER, headerWith("\"kid\":[\"a\"]"));
    }

    private static void claimDocuments(Table table) {
        byte[] broken = claims("sub", "\"an?\"").getBytes(StandardCharsets.UTF_8);
        broken[new String(broken, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xff;
        byte[] overlong = claims("sub", "\"an??\"").getBytes(StandardCharsets.UTF_8);
        int at = new String(overlong, StandardCharsets.UTF_8).indexOf('?');
        overlong[at] = (byte) 0xc0;
        overlong[at + 1] = (byte) 0xae;
        byte[] surrogate = claims("sub", "\"an???\"").getBytes(StandardCharsets.UTF_8);
        System.arraycopy(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, 0, surrogate, at, 3);
        String exp = "\"exp\":" + (NOW_SECONDS + 300);
        String head = base64(HEADER) + ".";
        table.add("claims that are no JSON", Refusal.CLAIMS, token("hello"));
        table.add("claims that are a list", Refusal.CLAIMS, token("[" + claims() + "]"));
        table.add("claims that are a string", Refusal.CLAIMS, token("\"ann\""));
        table.add("claims that are a number", Refusal.CLAIMS, token("1"));
        table.add("claims that are null", Refusal.CLAIMS, token("null"));
        table.add("claims that are true", Refusal.CLAIMS, token("true"));
        table.add("claims that are blank", Refusal.CLAIMS, token("  "));
        table.add("claims without members", Refusal.NO_EXPIRY, token("{}"));
        table.add("claims cut off", Refusal.CLAIMS, token(claims().substring(0, 40)));
        table.add("claims with something after them", Refusal.CLAIMS, token(claims() + "]"));
        table.add(
                "claims with other claims after them", Refusal.CLAIMS, token(claims() + claims()));
        table.add("claims with a byte order mark", Refusal.CLAIMS, token("\uFEFF" + claims()));
        table.add("claims with NaN", Refusal.CLAIMS, token(claims("x", "NaN")));
        table.add("claims with Infinity", Refusal.CLAIMS, token(claims("x", "Infinity")));
        table.add("claims with a leading zero", Refusal.CLAIMS, token(claims("x", "01")));
        table.add("claims with a plus sign", Refusal.CLAIMS, token(claims("x", "+1")));
        table.add("claims with a hex number", Refusal.CLAIMS, token(claims("x", "0x10")));
        table.add(
                "claims with a raw line end in a string",
                Refusal.CLAIMS,
                token(claims("x", "\"a\nb\"")));
        table.add("claims with an unknown escape", Refusal.CLAIMS, token(claims("x", "\"\\x41\"")));
        table.add("claims with half an escape", Refusal.CLAIMS, token(claims("x", "\"\\u12\"")));
        table.add(
                "claims with half a character",
                Refusal.CLAIMS,
                token(claims("sub", "\"\\ud83d\"")));
        table.add(
                "claims with the halves of a character swapped",
                Refusal.CLAIMS,
                token(claims("sub", "\"\\ude00\\ud83d\"")));
        table.add("exp twice, the same", Refusal.CLAIMS, token("{" + exp + "," + exp + "}"));
        table.add("exp twice, expired first", Refusal.CLAIMS, token("{\"exp\":1," + exp + "}"));
        table.add("exp twice, expired last", Refusal.CLAIMS, token("{" + exp + ",\"exp\":1}"));
        table.add(
                "exp twice, once as an escape",
                Refusal.CLAIMS,
                token("{" + exp + ",\"\\u0065xp\":1}"));
        table.add(
                "sub twice",
                Refusal.CLAIMS,
                token("{" + exp + ",\"sub\":\"ann\",\"sub\":\"root\"}"));
        table.add(
                "aud twice",
                Refusal.CLAIMS,
                token("{" + exp + ",\"aud\":\"x\",\"aud\":\"agent-runtime\"}"));
        table.add(
                "a name twice in a nested claim",
                Refusal.CLAIMS,
                token(claims("x", "{\"y\":{\"z\":1,\"z\":1}}")));
        table.add("an empty name twice", Refusal.CLAIMS, token("{" + exp + ",\"\":1,\"\":2}"));
        table.add("claims nested 20 deep", Refusal.CLAIMS, token(claims("x", nested(20))));
        table.add("claims nested 2,500 deep", Refusal.CLAIMS, token(claims("x", nested(2500))));
        table.add("claims of 5,000 open brackets", Refusal.CLAIMS, token("[".repeat(5000)));
        table.add(
                "a number of 1,000 digits in the claims",
                Refusal.CLAIMS,
                token(claims("x", "1".repeat(1000))));
        table.add(
                "broken UTF-8 in the claims", Refusal.CLAIMS, signed(head + base64(broken), SIGN));
        table.add(
                "overlong UTF-8 in the claims",
                Refusal.CLAIMS,
                signed(head + base64(overlong), SIGN));
        table.add(
                "a surrogate as UTF-8 in the claims",
                Refusal.CLAIMS,
                signed(head + base64(surrogate), SIGN));
        table.add(
                "claims in UTF-16",
                Refusal.CLAIMS,
                signed(head + base64(claims().getBytes(StandardCharsets.UTF_16)), SIGN));
        table.add(
                "claims in Latin-1",
                Refusal.CLAIMS,
                signed(
                        head
                                + base64(
                                        claims("sub", "\"André\"")
                                                .getBytes(StandardCharsets.ISO_8859_1)),
                        SIGN));
    }

    private static void claimTypes(Table table) {
        String later = String.valueOf(NOW_SECONDS + 300);
        for (String name : List.of("exp", "nbf", "iat")) {
            table.claim(name + " a string", Refusal.CLAIM_TYPE, name, '"' + later + '"');
            table.claim(
                    name + " a date in words",
                    Refusal.CLAIM_TYPE,
                    name,
                    "\"2030-01-01T00:00:00Z\"");
            table.claim(name + " null", Refusal.CLAIM_TYPE, name, "null");
            table.claim(name + " true", Refusal.CLAIM_TYPE, name, "true");
            table.claim(name + " a list", Refusal.CLAIM_TYPE, name, "[" + later + "]");
            table.claim(name + " an object", Refusal.CLAIM_TYPE, name, "{}");
            table.claim(name + " 1e400", Refusal.CLAIM_TYPE, name, "1e400");
            table.claim(name + " 1e999999999", Refusal.CLAIM_TYPE, name, "1e999999999");
            table.claim(name + " -1e400", Refusal.CLAIM_TYPE, name, "-1e400");
            table.claim(name + " below zero", Refusal.CLAIM_TYPE, name, "-1");
            table.claim(name + " 2 to the 63rd", Refusal.CLAIM_TYPE, name, "9223372036854775808");
            table.claim(
                    name + " 2 to the 64th and a little",
                    Refusal.CLAIM_TYPE,
                    name,
                    "18446744073709551617");
            table.claim(name + " of 60 digits", Refusal.CLAIM_TYPE, name, "9".repeat(60));
            table.claim(name + " in milliseconds", Refusal.CLAIM_TYPE, name, later + "000");
        }
        for (String name : List.of("iss", "sub", "jti")) {
            table.claim(name + " a number", Refusal.CLAIM_TYPE, name, "1");
            table.claim(name + " null", Refusal.CLAIM_TYPE, name, "null");
            table.claim(name + " true", Refusal.CLAIM_TYPE, name, "true");
            table.claim(name + " a list", Refusal.CLAIM_TYPE, name, "[\"" + ISSUER + "\"]");
            table.claim(name + " an object", Refusal.CLAIM_TYPE, name, "{\"" + ISSUER + "\":1}");
        }
        table.claim("aud null", Refusal.CLAIM_TYPE, "aud", "null");
        table.claim("aud a number", Refusal.CLAIM_TYPE, "aud", "1");
        table.claim("aud true", Refusal.CLAIM_TYPE, "aud", "true");
        table.claim("aud an object", Refusal.CLAIM_TYPE, "aud", "{\"agent-runtime\":true}");
        table.claim(
                "aud with a number beside the right one",
                Refusal.CLAIM_TYPE,
                "aud",
                "[\"agent-runtime\",1]");
        table.claim(
                "aud with null beside the right one",
                Refusal.CLAIM_TYPE,
                "aud",
                "[\"agent-runtime\",null]");
        table.claim("aud in a list in a list", Refusal.CLAIM_TYPE, "aud", "[[\"agent-runtime\"]]");
    }

    private static void times(Table table) {
        table.claim("no exp", Refusal.NO_EXPIRY, "exp", null);
        table.claim(
                "exp under a name in capitals",
                Refusal.NO_EXPIRY,
                "exp",
                null,
                "EXP",
                String.valueOf(NOW_SECONDS + 300));
        table.claim(
                "exp nested in another claim",
                Refusal.NO_EXPIRY,
                "exp",
                null,
                "x",
                "{\"exp\":" + (NOW_SECONDS + 300) + "}");
        table.add(
                "exp only in the header",
                Refusal.NO_EXPIRY,
                token(headerWith("\"exp\":" + (NOW_SECONDS + 300)), claims("exp", null), SIGN));
        table.claim(
                "expired this very second", Refusal.EXPIRED, "exp", String.valueOf(NOW_SECONDS));
        table.claim(
                "expired this very second, written with an exponent",
                Refusal.EXPIRED,
                "exp",
                "17672256e2");
        table.claim(
                "expired a second ago", Refusal.EXPIRED, "exp", String.valueOf(NOW_SECONDS - 1));
        table.claim(
                "expired a millisecond ago", Refusal.EXPIRED, "exp", (NOW_SECONDS - 1) + ".999");
        table.claim(
                "expired 59 s ago, inside the usual leeway",
                Refusal.EXPIRED,
                "exp",
                String.valueOf(NOW_SECONDS - 59));
        table.claim(
                "expired a year ago",
                Refusal.EXPIRED,
                "exp",
                String.valueOf(NOW_SECONDS - 31_536_000));
        table.claim("exp zero", Refusal.EXPIRED, "exp", "0");
        table.claim("exp minus zero", Refusal.EXPIRED, "exp", "-0");
        table.claim("exp next to nothing", Refusal.EXPIRED, "exp", "1e-400");
        table.claim(
                "valid from the next second",
                Refusal.NOT_YET,
                "nbf",
                String.valueOf(NOW_SECONDS + 1));
        table.claim(
                "valid from the next millisecond", Refusal.NOT_YET, "nbf", NOW_SECONDS + ".001");
        table.claim(
                "valid from 59 s on, inside the usual leeway",
                Refusal.NOT_YET,
                "nbf",
                String.valueOf(NOW_SECONDS + 59));
        table.claim(
                "valid only after it expires",
                Refusal.NOT_YET,
                "nbf",
                String.valueOf(NOW_SECONDS + 600));
    }

    private static void issuersAndAudiences(Table table) {
        table.claim("no iss", Refusal.ISSUER, "iss", null);
        table.claim("iss empty", Refusal.ISSUER, "iss", "\"\"");
        table.claim("iss of somebody else", Refusal.ISSUER, "iss", "\"https://other.test\"");
        table.claim("iss with a slash more", Refusal.ISSUER, "iss", '"' + ISSUER + "/\"");
        table.claim("iss in capitals", Refusal.ISSUER, "iss", "\"HTTPS://ISSUER.TEST\"");
        table.claim("iss with a space more", Refusal.ISSUER, "iss", '"' + ISSUER + " \"");
        table.claim("iss with a NUL more", Refusal.ISSUER, "iss", '"' + ISSUER + "\\u0000\"");
        table.claim(
                "iss that only begins right", Refusal.ISSUER, "iss", '"' + ISSUER + ".evil.test\"");
        table.claim(
                "iss with a look-alike letter",
                Refusal.ISSUER,
                "iss",
                "\"https://\u0456ssuer.test\"");
        table.claim("no aud", Refusal.AUDIENCE, "aud", null);
        table.claim("aud empty", Refusal.AUDIENCE, "aud", "\"\"");
        table.claim("aud an empty list", Refusal.AUDIENCE, "aud", "[]");
        table.claim("aud of somebody else", Refusal.AUDIENCE, "aud", "\"billing\"");
        table.claim("aud a list of others", Refusal.AUDIENCE, "aud", "[\"billing\",\"mail\"]");
        table.claim("aud in capitals", Refusal.AUDIENCE, "aud", "\"AGENT-RUNTIME\"");
        table.claim(
                "aud that only contains the name",
                Refusal.AUDIENCE,
                "aud",
                "\"agent-runtime-service\"");
        table.claim(
                "aud with names in one string",
                Refusal.AUDIENCE,
                "aud",
                "\"billing agent-runtime\"");
        table.claim(
                "aud with names and commas in one string",
                Refusal.AUDIENCE,
                "aud",
                "\"billing,agent-runtime\"");
        table.claim(
                "aud swapped with iss",
                Refusal.ISSUER,
                "iss",
                '"' + AUDIENCE + '"',
                "aud",
                '"' + ISSUER + '"');
        table.claim(
                "client id in place of aud",
                Refusal.AUDIENCE,
                "aud",
                null,
                "azp",
                "\"agent-runtime\"");
    }

    private static void algorithms(Table table) {
        String pem = Keys.pem(Keys.RSA.getPublic());
        String body = base64(header("none")) + "." + base64(claims());
        table.add("none without a signature", Refusal.SEGMENTS, body + ".");
        table.add("none with the secret's signature", Refusal.ALGORITHM, signed(body, SIGN));
        for (String name :
                List.of(
                        "None",
                        "NONE",
                        "nOnE",
                        "hs256",
                        "Hs256",
                        "HS256 ",
                        " HS256",
                        "HS256\\u0000",
                        "HMACSHA256",
                        "HS1",
                        "",
                        "*",
                        "HS256,HS384",
                        "dir",
                        "A128KW",
                        "ES256K")) {
            table.header("alg «" + name + "»", Refusal.ALGORITHM, header(name));
        }
        table.add(
                "HS384 where HS256 is configured",
                Refusal.ALGORITHM,
                token(header("HS384"), claims(), Keys.hmac("384", SECRET)));
        table.add(
                "HS512 where HS256 is configured",
                Refusal.ALGORITHM,
                token(header("HS512"), claims(), Keys.hmac("512", SECRET)));
        table.add(
                "HS256 where HS384 is configured",
                HS384,
                Refusal.ALGORITHM,
                token(header("HS256"), claims(), SIGN));
        table.add(
                "HS256 where HS512 is configured",
                HS512,
                Refusal.ALGORITHM,
                token(header("HS256"), claims(), SIGN));
        table.add(
                "HS256 with the public key's PEM as secret",
                RS256,
                Refusal.ALGORITHM,
                token(header("HS256"), claims(), Keys.hmac("256", pem)));
        table.add(
                "HS256 with the public key's PEM on one line as secret",
                RS256,
                Refusal.ALGORITHM,
                token(header("HS256"), claims(), Keys.hmac("256", pem.replace("\n", ""))));
        table.add(
                "HS256 with the public key's bytes as secret",
                RS256,
                Refusal.ALGORITHM,
                token(
                        header("HS256"),
                        claims(),
                        Keys.hmac("256", Keys.RSA.getPublic().getEncoded())));
        table.add(
                "HS256 with the modulus as secret",
                RS256,
                Refusal.ALGORITHM,
                token(
                        header("HS256"),
                        claims(),
                        Keys.hmac(
                                "256",
                                ((RSAPublicKey) Keys.RSA.getPublic()).getModulus().toByteArray())));
        table.add(
                "RS256 in name, HMAC with the PEM in truth",
                RS256,
                Refusal.SIGNATURE,
                token(header("RS256"), claims(), Keys.hmac("256", pem)));
        table.add(
                "ES256 in name, HMAC with the PEM in truth",
                ES256,
                Refusal.SIGNATURE,
                token(
                        header("ES256"),
                        claims(),
                        Keys.hmac("256", Keys.pem(Keys.P256.getPublic()))));
        table.add(
                "HS256 with the EC key's PEM as secret",
                ES256,
                Refusal.ALGORITHM,
                token(
                        header("HS256"),
                        claims(),
                        Keys.hmac("256", Keys.pem(Keys.P256.getPublic()))));
        table.add(
                "none where RS256 is configured",
                RS256,
                Refusal.ALGORITHM,
                signed(body, Keys.rsa("256", Keys.RSA)));
        table.add(
                "RS384 where RS256 is configured",
                RS256,
                Refusal.ALGORITHM,
                token(header("RS384"), claims(), Keys.rsa("384", Keys.RSA)));
        table.add(
                "RS256 where PS256 is configured",
                PS256,
                Refusal.ALGORITHM,
                token(header("RS256"), claims(), Keys.rsa("256", Keys.RSA)));
        table.add(
                "PS256 where RS256 is configured",
                RS256,
                Refusal.ALGORITHM,
                token(header("PS256"), claims(), Keys.pss("256", 32, Keys.RSA)));
        table.add(
                "RS256 in name, PSS in truth",
                RS256,
                Refusal.SIGNATURE,
                token(header("RS256"), claims(), Keys.pss("256", 32, Keys.RSA)));
        table.add(
                "PS256 in name, PKCS 1 in truth",
                PS256,
                Refusal.SIGNATURE,
                token(header("PS256"), claims(), Keys.rsa("256", Keys.RSA)));
        table.add(
                "RS256 in name, SHA-512 in truth",
                RS256,
                Refusal.SIGNATURE,
                token(header("RS256"), claims(), Keys.rsa("512", Keys.RSA)));
        table.add(
                "RS256 in name, SHA-1 in truth",
                RS256,
                Refusal.SIGNATURE,
                token(header("RS256"), claims(), Keys.rsa("1", Keys.RSA)));
        table.add(
                "PS256 with no salt",
                PS256,
                Refusal.SIGNATURE,
                token(header("PS256"), claims(), Keys.pss("256", 0, Keys.RSA)));
        table.add(
                "PS256 with a short salt",
                PS256,
                Refusal.SIGNATURE,
                token(header("PS256"), claims(), Keys.pss("256", 20, Keys.RSA)));
        table.add(
                "ES256 with a key on the curve of ES384",
                ES256,
                Refusal.SIGNATURE,
                token(header("ES256"), claims(), Keys.ec("256", Keys.P384)));
        table.add(
                "ES384 where ES256 is configured",
                ES256,
                Refusal.ALGORITHM,
                token(header("ES384"), claims(), Keys.ec("384", Keys.P384)));
        table.add(
                "ES256 where ES384 is configured",
                ES384,
                Refusal.ALGORITHM,
                token(header("ES256"), claims(), Keys.ec("256", Keys.P256)));
        table.add(
                "ES384 in name, SHA-256 in truth",
                ES384,
                Refusal.SIGNATURE,
                token(header("ES384"), claims(), Keys.ec("256", Keys.P384)));
        table.add(
                "Ed25519 in name where EdDSA is configured",
                EDDSA,
                Refusal.ALGORITHM,
                token(header("Ed25519"), claims(), Keys.eddsa(Keys.ED25519)));
        table.add(
                "EdDSA with a key on the other curve",
                EDDSA,
                Refusal.SIGNATURE,
                token(header("EdDSA"), claims(), Keys.eddsa(Keys.ED448)));
        table.add(
                "ES256 where EdDSA is configured",
                EDDSA,
                Refusal.ALGORITHM,
                token(header("ES256"), claims(), Keys.ec("256", Keys.P256)));
    }

    /** All signed by an attacker who brings, or points to, a key of his own. */
    private static void keyHints(Table table) {
        String jwk = rsaJwk(Keys.OTHER_RSA);
        String certificate = base64(Keys.OTHER_RSA.getPublic().getEncoded());
        Keys.Signer rsa = Keys.rsa("256", Keys.OTHER_RSA);
        String oct =
                "{\"kty\":\"oct\",\"k\":\""
                        + base64("the-attacker-has-only-this-one-0123456789")
                        + "\"}";
        table.add(
                "an RSA key in jwk",
                RS256,
                Refusal.SIGNATURE,
                token("{\"alg\":\"RS256\",\"jwk\":" + jwk + "}", claims(), rsa));
        table.add(
                "an RSA key in jwk and a kid",
                RS256,
                Refusal.SIGNATURE,
                token("{\"alg\":\"RS256\",\"kid\":\"mine\",\"jwk\":" + jwk + "}", claims(), rsa));
        table.add(
                "an RSA key in x5c",
                RS256,
                Refusal.SIGNATURE,
                token("{\"alg\":\"RS256\",\"x5c\":[\"" + certificate + "\"]}", claims(), rsa));
        table.add(
                "an address in jku",
                RS256,
                Refusal.SIGNATURE,
                token("{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:9/keys\"}", claims(), rsa));
        table.add(
                "a file in jku",
                RS256,
                Refusal.SIGNATURE,
                token("{\"alg\":\"RS256\",\"jku\":\"file:///etc/hostname\"}", claims(), rsa));
        table.add(
                "an address in x5u",
                RS256,
                Refusal.SIGNATURE,
                token("{\"alg\":\"RS256\",\"x5u\":\"http://127.0.0.1:9/cert\"}", claims(), rsa));
        table.add(
                "an EC key in jwk",
                ES256,
                Refusal.SIGNATURE,
                token(
                        "{\"alg\":\"ES256\",\"jwk\":" + ecJwk() + "}",
                        claims(),
                        Keys.ec("256", Keys.OTHER_P256)));
        table.add(
                "an EC key in epk",
                ES256,
                Refusal.SIGNATURE,
                token(
                        "{\"alg\":\"ES256\",\"epk\":" + ecJwk() + "}",
                        claims(),
                        Keys.ec("256", Keys.OTHER_P256)));
        table.add(
                "an Ed25519 key in jwk",
                EDDSA,
                Refusal.SIGNATURE,
                token(
                        "{\"alg\":\"EdDSA\",\"jwk\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}}",
                        claims(),
                        Keys.eddsa(Keys.OTHER_ED25519)));
        table.add(
                "a secret in jwk",
                Refusal.SIGNATURE,
                token(headerWith("\"jwk\":" + oct), claims(), ATTACKER));
        table.add(
                "a secret in k",
                Refusal.SIGNATURE,
                token(
                        headerWith(
                                "\"k\":\""
                                        + base64("the-attacker-has-only-this-one-0123456789")
                                        + "\""),
                        claims(),
                        ATTACKER));
        table.add(
                "kid a path to an empty file, signed with no key",
                Refusal.SIGNATURE,
                token(
                        headerWith("\"kid\":\"../../../dev/null\""),
                        claims(),
                        Keys.hmac("256", new byte[] {0})));
        table.add(
                "kid an SQL statement",
                Refusal.SIGNATURE,
                token(
                        headerWith("\"kid\":\"x' UNION SELECT 'secret'--\""),
                        claims(),
                        Keys.hmac("256", "secret")));
        table.add(
                "kid a shell command",
                Refusal.SIGNATURE,
                token(headerWith("\"kid\":\"|/usr/bin/id\""), claims(), ATTACKER));
        table.add(
                "kid the secret of the signature",
                Refusal.SIGNATURE,
                token(
                        headerWith("\"kid\":\"the-attacker-has-only-this-one-0123456789\""),
                        claims(),
                        ATTACKER));
        table.add(
                "kid with line ends and a header of its own",
                Refusal.SIGNATURE,
                token(headerWith("\"kid\":\"a\\r\\nX-User: root\""), claims(), ATTACKER));
        table.add(
                "x5t of an unknown certificate",
                RS256,
                Refusal.SIGNATURE,
                token("{\"alg\":\"RS256\",\"x5t\":\"AAAA\"}", claims(), rsa));
    }

    private static void signatures(Table table) {
        String good = token(claims());
        String body = good.substring(0, good.lastIndexOf('.'));
        byte[] mac = Base64.getUrlDecoder().decode(good.substring(good.lastIndexOf('.') + 1));
        table.add("HMAC with another secret", Refusal.SIGNATURE, token(HEADER, claims(), ATTACKER));
        table.add(
                "HMAC with no secret worth the name",
                Refusal.SIGNATURE,
                token(HEADER, claims(), Keys.hmac("256", new byte[32])));
        table.add(
                "HMAC with the secret and a space",
                Refusal.SIGNATURE,
                token(HEADER, claims(), Keys.hmac("256", SECRET + " ")));
        table.add(
                "HMAC with the start of the secret",
                Refusal.SIGNATURE,
                token(HEADER, claims(), Keys.hmac("256", SECRET.substring(0, 32))));
        table.add(
                "HMAC with SHA-512 under the name HS256",
                Refusal.SIGNATURE,
                token(HEADER, claims(), Keys.hmac("512", SECRET)));
        table.add(
                "HMAC cut to 16 bytes",
                Refusal.SIGNATURE,
                body + "." + base64(Arrays.copyOf(mac, 16)));
        table.add(
                "HMAC cut to one byte",
                Refusal.SIGNATURE,
                body + "." + base64(Arrays.copyOf(mac, 1)));
        table.add(
                "HMAC with a byte more",
                Refusal.SIGNATURE,
                body + "." + base64(Arrays.copyOf(mac, 33)));
        table.add("HMAC all zero", Refusal.SIGNATURE, body + "." + base64(new byte[32]));
        table.add(
                "the signature of other claims",
                Refusal.SIGNATURE,
                base64(HEADER) + "." + base64(claims("sub", "\"root\"")) + "." + base64(mac));
        table.add(
                "the signature of another header",
                Refusal.SIGNATURE,
                base64(header("HS256")) + "." + base64(claims()) + "." + base64(mac));
        table.add(
                "header and claims swapped",
                Refusal.HEADER_MEMBER,
                signed(base64(claims()) + "." + base64(HEADER), SIGN));

        ec(table, "ES256 all zero, the psychic signature", new byte[64]);
        ec(table, "ES256 of r 1 and s 0", pair(BigInteger.ONE, BigInteger.ZERO));
        ec(table, "ES256 of r 0 and s 1", pair(BigInteger.ZERO, BigInteger.ONE));
        ec(table, "ES256 of r and s 1", pair(BigInteger.ONE, BigInteger.ONE));
        ec(table, "ES256 of r and s the order", pair(P256_ORDER, P256_ORDER));
        ec(table, "ES256 of r the order and s 1", pair(P256_ORDER, BigInteger.ONE));
        ec(table, "ES256 of r 1 and s the order", pair(BigInteger.ONE, P256_ORDER));
        ec(table, "ES256 all ones", filled(64, 0xff));
        ec(table, "ES256 of one zero byte", new byte[1]);
        ec(table, "ES256 a byte short", filled(63, 1));
        ec(table, "ES256 a byte long", filled(65, 1));
        ec(table, "ES256 as long as ES384", filled(96, 1));
        ec(table, "ES256 an empty DER sequence", new byte[] {0x30, 0});
        ec(table, "ES256 a DER sequence of two zeros", new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0});
        table.add(
                "ES256 in DER, as other protocols write it",
                ES256,
                Refusal.SIGNATURE,
                token(header("ES256"), claims(), Keys.ecDer("256", Keys.P256)));
        table.add(
                "ES256 by another key",
                ES256,
                Refusal.SIGNATURE,
                token(header("ES256"), claims(), Keys.ec("256", Keys.OTHER_P256)));
        table.add(
                "ES384 all zero, the psychic signature",
                ES384,
                Refusal.SIGNATURE,
                token(header("ES384"), claims(), Keys.fixed(new byte[96])));
        table.add(
                "ES512 all zero, the psychic signature",
                ES512,
                Refusal.SIGNATURE,
                token(header("ES512"), claims(), Keys.fixed(new byte[132])));
        table.add(
                "ES512 with 128 bytes, from its name",
                ES512,
                Refusal.SIGNATURE,
                token(header("ES512"), claims(), Keys.fixed(filled(128, 1))));

        table.add(
                "RS256 by another key",
                RS256,
                Refusal.SIGNATURE,
                token(header("RS256"), claims(), Keys.rsa("256", Keys.OTHER_RSA)));
        table.add(
                "RS256 all zero",
                RS256,
                Refusal.SIGNATURE,
                token(header("RS256"), claims(), Keys.fixed(new byte[256])));
        table.add(
                "RS256 the number one",
                RS256,
                Refusal.SIGNATURE,
                token(header("RS256"), claims(), Keys.fixed(one(256))));
        table.add(
                "RS256 the modulus",
                RS256,
                Refusal.SIGNATURE,
                token(
                        header("RS256"),
                        claims(),
                        Keys.fixed(unsigned(((RSAPublicKey) Keys.RSA.getPublic()).getModulus()))));
        table.add(
                "RS256 all ones",
                RS256,
                Refusal.SIGNATURE,
                token(header("RS256"), claims(), Keys.fixed(filled(256, 0xff))));
        table.add(
                "RS256 one byte",
                RS256,
                Refusal.SIGNATURE,
                token(header("RS256"), claims(), Keys.fixed(new byte[1])));
        table.add(
                "RS256 a zero byte in front",
                RS256,
                Refusal.SIGNATURE,
                token(
                        header("RS256"),
                        claims(),
                        input -> prefixed(Keys.rsa("256", Keys.RSA).sign(input))));
        table.add(
                "RS256 without padding",
                RS256,
                Refusal.SIGNATURE,
                token(header("RS256"), claims(), Keys.fixed(filled(255, 0x11))));
        table.add(
                "PS256 by another key",
                PS256,
                Refusal.SIGNATURE,
                token(header("PS256"), claims(), Keys.pss("256", 32, Keys.OTHER_RSA)));
        table.add(
                "PS256 all zero",
                PS256,
                Refusal.SIGNATURE,
                token(header("PS256"), claims(), Keys.fixed(new byte[256])));

        table.add(
                "EdDSA by another key",
                EDDSA,
                Refusal.SIGNATURE,
                token(header("EdDSA"), claims(), Keys.eddsa(Keys.OTHER_ED25519)));
        table.add(
                "EdDSA all zero",
                EDDSA,
                Refusal.SIGNATURE,
                token(header("EdDSA"), claims(), Keys.fixed(new byte[64])));
        table.add(
                "EdDSA all ones",
                EDDSA,
                Refusal.SIGNATURE,
                token(header("EdDSA"), claims(), Keys.fixed(filled(64, 0xff))));
        table.add(
                "EdDSA the neutral point and zero",
                EDDSA,
                Refusal.SIGNATURE,
                token(header("EdDSA"), claims(), Keys.fixed(Arrays.copyOf(new byte[] {1}, 64))));
        table.add(
                "EdDSA a byte short",
                EDDSA,
                Refusal.SIGNATURE,
                token(header("EdDSA"), claims(), Keys.fixed(filled(63, 1))));
        table.add(
                "EdDSA a byte long",
                EDDSA,
                Refusal.SIGNATURE,
                token(header("EdDSA"), claims(), Keys.fixed(filled(65, 1))));
        table.add(
                "EdDSA with the group order added to s",
                EDDSA,
                Refusal.SIGNATURE,
                token(
                        header("EdDSA"),
                        claims(),
                        input -> withOrderAdded(Keys.eddsa(Keys.ED25519).sign(input))));
    }

    private static void ec(Table table, String name, byte[] signature) {
        table.add(
                name,
                ES256,
                Refusal.SIGNATURE,
                token(header("ES256"), claims(), Keys.fixed(signature)));
    }

    private static InvalidToken refusal(TokenVerifier verifier, String token) {
        InvalidToken refusal =
                catchThrowableOfType(InvalidToken.class, () -> verifier.verify(token));
        assertThat(refusal).as("refused").isNotNull();
        return refusal;
    }

    private static TokenVerifier verifier(String algorithm, String key) {
        return TokenVerifier.of(
                List.of(
                        TokenSettingsForTests.of(
                                CallerKind.USER, algorithm, key, ISSUER, AUDIENCE)),
                CLOCK,
                Duration.ZERO);
    }

    /** A good token of exactly that length, or the next longer that exists. */
    private static String padded(int length) {
        String token = "";
        for (int fill = length / 2; token.length() < length; fill++) {
            token = token(claims("x", '"' + "x".repeat(fill) + '"'));
        }
        return token;
    }

    /** JSON whose encoding has tail bits: blanks at its end make its length 1 or 2 modulo 3. */
    private static String sized(String json, int rest) {
        String padded = json;
        while (padded.getBytes(StandardCharsets.UTF_8).length % 3 != rest) {
            padded += " ";
        }
        return padded;
    }

    private static String withTailBits(String segment) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.indexOf(segment.charAt(segment.length() - 1));
        assertThat(segment.length() % 4).as("has tail bits").isGreaterThan(1);
        return segment.substring(0, segment.length() - 1) + alphabet.charAt(last + 1);
    }

    private static String spaced(String text) {
        return text.substring(0, 5) + " " + text.substring(5);
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }

    private static byte[] pair(BigInteger r, BigInteger s) {
        byte[] pair = new byte[64];
        byte[] left = unsigned(r);
        byte[] right = unsigned(s);
        System.arraycopy(left, 0, pair, 32 - left.length, left.length);
        System.arraycopy(right, 0, pair, 64 - right.length, right.length);
        return pair;
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] octets = number.toByteArray();
        return octets[0] == 0 && octets.length > 1
                ? Arrays.copyOfRange(octets, 1, octets.length)
                : octets;
    }

    private static byte[] filled(int length, int value) {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) value);
        return octets;
    }

    private static byte[] one(int length) {
        byte[] octets = new byte[length];
        octets[length - 1] = 1;
        return octets;
    }

    private static byte[] prefixed(byte[] octets) {
        byte[] longer = new byte[octets.length + 1];
        System.arraycopy(octets, 0, longer, 1, octets.length);
        return longer;
    }

    /**
     * The same s modulo the order of the group: a second signature for the same text, if it is let
     * through.
     */
    private static byte[] withOrderAdded(byte[] signature) {
        BigInteger order =
                BigInteger.ONE
                        .shiftLeft(252)
                        .add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] s = Arrays.copyOfRange(signature, 32, 64);
        byte[] sum = unsigned(new BigInteger(1, reversed(s)).add(order));
        byte[] changed = Arrays.copyOf(signature, 64);
        Arrays.fill(changed, 32, 64, (byte) 0);
        System.arraycopy(reversed(sum), 0, changed, 32, sum.length);
        return changed;
    }

    private static byte[] reversed(byte[] octets) {
        byte[] reversed = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            reversed[i] = octets[octets.length - 1 - i];
        }
        return reversed;
    }

    private static String rsaJwk(KeyPair pair) {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\""
                + base64(unsigned(key.getModulus()))
                + "\"}";
    }

    private static String ecJwk() {
        ECPublicKey key = (ECPublicKey) Keys.OTHER_P256.getPublic();
        return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}"
                .formatted(
                        base64(unsigned(key.getW().getAffineX())),
                        base64(unsigned(key.getW().getAffineY())));
    }
}
