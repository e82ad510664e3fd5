/* Texts that are refused, each with its place and its reason (spec/configuration.md 2 to 4). */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_support.h"

struct broken_row {
    const char *name;
    const char *text;
    const char *said; /* "line:column: reason" */
};

#define HASH "$argon2id$v=19$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"

/* clang-format off */
static const struct broken_row form_rows[] = {
    {"2.1 the document is a list", "- a\n", "1:1: a map of sections is expected here"},
    {"2.1 the document is a word", "hello\n", "1:1: a map of sections is expected here"},
    {"2.1 a second document", "server: {}\n---\nlog: {}\n", "2:1: a second document"},
    {"2.1 invalid UTF-8", "log: {}\nserver: {host-name: \"\xff\"}\n", "2:22: not YAML: invalid leading UTF-8 octet"},
    {"2.1 UTF-16", "\xff\xfe{\0}", "1:1: not UTF-8"},
    {"2.1 NUL", "server: {host-name: \"\\0\"}\n", "1:21: a control character or line break in a value"},
    {"2.1 nested too deep", "[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]\n", "1:17: nested deeper than 16 levels"},
    {"2.1 a bracket is missing", "server: [1, 2\n", "2:1: not YAML: did not find expected ',' or ']', while parsing a flow sequence"},
    {"2.1 a quote is missing", "server: \"abc\n", "2:1: not YAML: found unexpected end of stream, while scanning a quoted scalar"},
    {"2.1 a tabulator indents", "server:\n\tuser: x\n", "2:1: not YAML: found character that cannot start any token, while scanning for the next token; what begins with @ or % stands in quotes, and no tabulator indents"},
    {"2.1 a quote ends too early", "server:\n  user: 'a' b\n", "2:13: not YAML: did not find expected key, while parsing a block mapping; a value that begins with a quote ends at the next one"},
    {"2.1 a colon in a value", "server:\n  user: a: b\n", "2:10: not YAML: mapping values are not allowed in this context; text with \": \" stands in quotes"},
    {"2.1 a colon in a map", "server: {user: a: b}\n", "1:17: not YAML: did not find expected ',' or '}', while parsing a flow mapping; text with , : { } [ ] stands in quotes"},
    {"2.2 an anchor on a map", "server: &a {}\n", "1:9: anchors are not allowed"},
    {"2.2 an anchor on a word", "server: {user: &a x}\n", "1:16: anchors are not allowed"},
    {"2.2 an anchor on a list", "listeners: &a []\n", "1:12: anchors are not allowed"},
    {"2.2 an alias", "server: *a\n", "1:9: aliases are not allowed"},
    {"2.2 a tag", "server: {user: !!str x}\n", "1:16: tags are not allowed"},
    {"2.2 a tag on a map", "server: !x {}\n", "1:9: tags are not allowed"},
    {"2.2 a version directive", "%YAML 1.1\n---\nserver: {}\n", "1:1: directives are not allowed"},
    {"2.2 a tag directive", "%TAG ! tag:x.example,2000:\n---\nserver: {}\n", "1:1: directives are not allowed"},
    {"2.3 a duplicate section", "server: {}\nlog: {}\nserver: {}\n", "3:1: server: a duplicate key, first in line 1"},
    {"2.3 a duplicate key", "server:\n  user: a\n  user: b\n", "3:3: user: a duplicate key, first in line 2"},
    {"2.3 a list as key", "[a]: b\n", "1:1: a key must be a word, not a list or a map"},
    {"2.3 a map as key", "? {a: b}\n: c\n", "1:3: a key must be a word, not a list or a map"},
    {"2.3 an empty key", "'': b\n", "1:1: an empty key"},
    {"2.3 an unknown section", "sever: {}\n", "1:1: sever: an unknown key; \"server\" is meant?"},
    {"2.3 an unknown section, nothing near", "quarantine: {}\n", "1:1: quarantine: an unknown key"},
    {"2.3 an unknown limit", "limits:\n  mesage: 1M\n", "2:3: limits.mesage: an unknown key; \"message\" is meant?"},
    {"2.3 an unknown key of a listener", "listeners:\n  - adress: 127.0.0.1:1\n", "2:5: listeners.1.adress: an unknown key; \"address\" is meant?"},
    {"2.3 an unknown engine", "engines: {clamv: {}}\n", "1:11: engines.clamv: an unknown key; \"clamav\" is meant?"},
    {"2.3 an unknown setting", "engines: {clamav: {enable: yes}}\n", "1:20: engines.clamav.enable: an unknown key; \"enabled\" is meant?"},
    {"2.3 YAML's merge key", "server: {<<: x}\n", "1:10: server.<<: an unknown key"},
    {"2.4 a line break in a value", "server:\n  user: |\n    a\n    b\n", "2:9: a control character or line break in a value"},
    {"2.4 the line break of a folded value", "server:\n  user: >\n    a\n    b\n", "2:9: a control character or line break in a value; \">-\" ends without one"},
    {"2.4 an escape sequence", "server: {user: \"a\\e[31m\"}\n", "1:16: a control character or line break in a value"},
    {"2.4 a line separator", "server: {user: \"a\\u2028\"}\n", "1:16: a control character or line break in a value"},
};

static const struct broken_row value_rows[] = {
    {"3.1 neither yes nor no", "listeners: [{address: '127.0.0.1:1', anonymous: ja}]\n", "1:49: listeners.1.anonymous: found \"ja\", expected yes or no"},
    {"3.1 a map for a boolean", "engines: {clamav: {enabled: {}}}\n", "1:29: engines.clamav.enabled: found a map, expected yes or no"},
    {"3.2 a word for a number", "server:\n  workers: many\n", "2:12: server.workers: found \"many\", expected a number from 0 to 1024"},
    {"3.2 a negative number", "server: {workers: -1}\n", "1:19: server.workers: found \"-1\", expected a number from 0 to 1024"},
    {"3.2 a number with a unit that it has not", "server: {workers: 2K}\n", "1:19: server.workers: found \"2K\", expected a number from 0 to 1024"},
    {"3.2 nothing for a number", "server: {workers: }\n", "1:19: server.workers: found nothing, expected a number from 0 to 1024"},
    {"3.2 over the range", "limits: {message: 2G}\n", "1:19: limits.message: found \"2G\", expected a number of octets (K, M, G, T: times 1024) from 64K to 1073741823"},
    {"3.2 under the range", "limits: {line: 1023}\n", "1:16: limits.line: found \"1023\", expected a number of octets (K, M, G, T: times 1024) from 1K to 64K"},
    {"3.2 over 64 bits", "limits: {message: 99999999999999999999}\n", "1:19: limits.message: found \"99999999999999999999\", expected a number of octets (K, M, G, T: times 1024) from 64K to 1073741823"},
    {"3.2 over 64 bits by its unit", "limits: {message: 99999999999T}\n", "1:19: limits.message: found \"99999999999T\", expected a number of octets (K, M, G, T: times 1024) from 64K to 1073741823"},
    {"3.2 a blank before the unit", "limits: {message: 2 M}\n", "1:19: limits.message: found \"2 M\", expected a number of octets (K, M, G, T: times 1024) from 64K to 1073741823"},
    {"3.2 a time without unit", "limits: {check-time: 60}\n", "1:22: limits.check-time: found \"60\", expected a time with its unit (ms, s, min, h, d) from 1s to 1h"},
    {"3.2 a time of an engine over its range", "engines: {clamav: {time: 2min}}\n", "1:26: engines.clamav.time: found \"2min\", expected a time with its unit (ms, s, min, h, d) from 100ms to 1min"},
    {"3.2 permissions that are not octal", "listeners: [{address: 'unix:/x', anonymous: yes, socket-mode: 0888}]\n", "1:63: listeners.1.socket-mode: found \"0888\", expected octal permissions from 0 to 0777"},
    {"3.3 a word that is no choice", "log: {format: xml}\n", "1:15: log.format: found \"xml\", expected one of text|json"},
    {"3.3 a disposition that is no choice", "channels: {inbound: {infected: deliver}}\n", "1:32: channels.inbound.infected: found \"deliver\", expected one of quarantine|reject|discard"},
    {"3.3 a list for a word", "log: {format: [text]}\n", "1:15: log.format: found a list, expected a word"},
    {"3.3 a word of an engine", "engines: {clamav: {mode: part}}\n", "1:26: engines.clamav.mode: found \"part\", expected one of parts|whole|union"},
    {"3.4 a map in a list of words", "listeners: [{address: 'unix:/x', anonymous: yes, channels: [{}]}]\n", "1:61: listeners.1.channels: found a map, expected a word"},
    {"3.4 a map for a list", "listeners: {address: x}\n", "1:12: listeners: found a map, expected a list"},
    {"3.4 a word for a map", "channels: inbound\n", "1:11: channels: found \"inbound\", expected a map"},
    {"3.4 a word for a section", "limits: none\n", "1:9: limits: found \"none\", expected a map"},
    {"3.5 a relative path", "log: {file: cccpd.log}\n", "1:13: log.file: found \"cccpd.log\", expected an absolute path or stderr"},
    {"3.5 an empty text", "server: {host-name: ''}\n", "1:21: server.host-name: found nothing, expected a text"},
    {"3.5 a text too long", "server: {user: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}\n", "1:16: server.user: longer than 32 octets"},
};

static const struct broken_row check_rows[] = {
    {"4.1 no listener", "listeners: []\n", "1:12: listeners: at least one is needed"},
    {"4.1 no address", "listeners: [{anonymous: yes}]\n", "1:13: listeners.1: an address is missing"},
    {"4.1 no port", "listeners: [{address: 127.0.0.1}]\n", "1:23: listeners.1.address: a port is missing"},
    {"4.1 a port too high", "listeners: [{address: '127.0.0.1:65536'}]\n", "1:23: listeners.1.address: the port is not a number from 0 to 65535"},
    {"4.1 a host name", "listeners: [{address: 'localhost:10030'}]\n", "1:23: listeners.1.address: the host is not an IP address"},
    {"4.1 IPv6 without brackets", "listeners: [{address: '::1:10030'}]\n", "1:23: listeners.1.address: an IPv6 address stands in brackets: [::1]:10030"},
    {"4.1 a Unix socket without path", "listeners: [{address: 'unix:'}]\n", "1:23: listeners.1.address: a path is missing behind unix:"},
    {"4.1 the same address twice", "listeners:\n  - {address: '[::1]:7', anonymous: yes}\n  - {address: '[0::1]:7', anonymous: yes}\n", "3:15: listeners.2.address: another listener has the same address"},
    {"4.1 anonymous outside loopback", "listeners: [{address: '192.0.2.1:7', anonymous: yes, allow-plain-remote: yes}]\n", "1:49: listeners.1.anonymous: anonymous peers are admitted on loopback addresses and Unix sockets only"},
    {"4.1 anonymous on every address", "listeners: [{address: '[::]:7', anonymous: yes}]\n", "1:44: listeners.1.anonymous: anonymous peers are admitted on loopback addresses and Unix sockets only"},
    {"4.1 plain and remote", "listeners: [{address: '192.0.2.1:7'}]\n", "1:13: listeners.1.tls: a remote listener needs TLS, or says allow-plain-remote: yes"},
    {"4.1 TLS without certificate", "listeners: [{address: '192.0.2.1:7', tls: yes}]\n", "1:43: listeners.1.tls: needs a certificate and a key"},
    {"4.1 a certificate without TLS", "listeners: [{address: '127.0.0.1:7', certificate: /x}]\n", "1:13: listeners.1.tls: certificate, key and client-ca need tls: yes"},
    {"4.1 a certificate that is not there", "listeners: [{address: '127.0.0.1:7', tls: yes, certificate: /nonexistent/c, key: /nonexistent/k}]\n", "1:61: listeners.1.certificate: /nonexistent/c cannot be opened: No such file or directory"},
    {"4.1 channels without anonymous", "listeners: [{address: '127.0.0.1:7', channels: [inbound]}]\n", "1:48: listeners.1.channels: they are for anonymous peers, which this listener does not admit"},
    {"4.1 a channel that is not there", "listeners: [{address: '127.0.0.1:7', anonymous: yes, channels: [inbuond]}]\n", "1:64: listeners.1.channels: there is no channel \"inbuond\""},
    {"4.1 PROXY without networks", "listeners: [{address: '127.0.0.1:7', proxy: required}]\n", "1:13: listeners.1.proxy-from: proxy: required needs the networks that the proxies are in"},
    {"4.1 networks without PROXY", "listeners: [{address: '127.0.0.1:7', proxy-from: 192.0.2.0/24}]\n", "1:50: listeners.1.proxy-from: says nothing without proxy: required"},
    {"4.1 a network with host bits", "listeners: [{address: '127.0.0.1:7', proxy: required, proxy-from: [192.0.2.1/24]}]\n", "1:68: listeners.1.proxy-from: found \"192.0.2.1/24\", expected a network as 192.0.2.0/24 (bits behind the prefix are set)"},
    {"4.1 a network with a long prefix", "listeners: [{address: '127.0.0.1:7', proxy: required, proxy-from: [192.0.2.0/33]}]\n", "1:68: listeners.1.proxy-from: found \"192.0.2.0/33\", expected a network as 192.0.2.0/24 (the prefix is not from 0 to 32)"},
    {"4.2 no credential", "clients:\n  mx1: {channels: inbound}\n", "2:8: clients.mx1: needs a password, password-file, certificate, fingerprint or uid"},
    {"4.2 no channel", "clients: {mx1: {uid: 7}}\n", "1:16: clients.mx1.channels: a client needs at least one channel"},
    {"4.2 a channel that is not there", "clients: {mx1: {uid: 7, channels: [x]}}\n", "1:35: clients.mx1.channels: there is no channel \"x\""},
    {"4.2 a plain password", "clients: {mx1: {password: secret, channels: inbound}}\n", "1:27: clients.mx1.password: not an argon2id string; cccpd --hash-password makes one"},
    {"4.2 another kind of hash", "clients: {mx1: {password: '$argon2i$v=19$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg', channels: inbound}}\n", "1:27: clients.mx1.password: not an argon2id string; cccpd --hash-password makes one"},
    {"4.2 a hash that asks for 900 GiB", "clients: {mx1: {password: '$argon2id$v=19$m=900000000,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg', channels: inbound}}\n", "1:27: clients.mx1.password: not an argon2id string; cccpd --hash-password makes one"},
    {"4.2 a hash of an older version", "clients: {mx1: {password: '$argon2id$v=16$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg', channels: inbound}}\n", "1:27: clients.mx1.password: not an argon2id string; cccpd --hash-password makes one"},
    {"4.2 a hash without its hash", "clients: {mx1: {password: '$argon2id$v=19$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg', channels: inbound}}\n", "1:27: clients.mx1.password: not an argon2id string; cccpd --hash-password makes one"},
    {"4.2 a password twice", "clients: {mx1: {password: '" HASH "', password-file: /x, channels: inbound}}\n", "1:122: clients.mx1.password-file: password is given too"},
    {"4.2 a password file that is not there", "clients: {mx1: {password-file: /nonexistent/p, channels: inbound}}\n", "1:32: clients.mx1.password-file: /nonexistent/p cannot be opened: No such file or directory"},
    {"4.2 a fingerprint too short", "clients: {mx1: {fingerprint: '00:11', channels: inbound}}\n", "1:30: clients.mx1.fingerprint: not 64 hexadecimal digits"},
    {"4.2 two clients of one uid", "clients: {a: {uid: 7, channels: inbound}, b: {uid: 7, channels: inbound}}\n", "1:52: clients.b.uid: another client has the same"},
    {"4.2 a user that is not there", "clients: {a: {uid: nobody-of-this-name, channels: inbound}}\n", "1:20: clients.a.uid: found \"nobody-of-this-name\", expected a user id or the name of a user of this machine"},
    {"4.2 a user id that no user has", "clients: {a: {uid: 4294967295, channels: inbound}}\n", "1:20: clients.a.uid: found \"4294967295\", expected a number from 0 to 4294967294"},
    {"4.2 a role that is not given", "clients: {a: {uid: 7, role: anonymous, channels: inbound}}\n", "1:29: clients.a.role: found \"anonymous\", expected one of client|operator"},
    {"4.2 a reserved name", "clients: {anonymous: {uid: 7, channels: inbound}}\n", "1:22: clients.anonymous: the name is reserved"},
    {"4.3 a name that is no atom", "channels: {\"a b\": {}}\n", "1:19: channels.a b: the name is not an atom of 1 to 64 octets"},
    {"4.4 a literal over a command", "limits: {literal: 1M, command: 512K}\n", "1:19: limits.literal: is over limits.command"},
    {"4.4 a message over the budget", "limits: {message: 32M, content-budget: 16M}\n", "1:19: limits.message: is over limits.content-budget"},
    {"4.4 a lower limit that nobody wrote", "limits:\n  content-budget: 16M\n", "2:3: limits.message: is over limits.content-budget"},
    {"4.4 a worker as slow as its check", "limits: {worker-time: 1min}\n", "1:23: limits.worker-time: is not below limits.check-time: a retry would never fit"},
    {"4.5 fewer workers at most", "server: {workers: 8, workers-most: 4}\n", "1:36: server.workers-most: is below server.workers"},
    {"4.5 a user that is not there", "server: {user: nobody-of-this-name}\n", "1:16: server.user: there is no such user on this machine"},
    {"4.5 a log without its folder", "log: {file: /nonexistent/x/log}\n", "1:13: log.file: its folder is not there"},
    {"4.5 HTTP without port", "http: {address: 127.0.0.1}\n", "1:17: http.address: a port is missing"},
    {"4.5 HTTP where a listener is", "http: {address: '127.0.0.1:10030'}\n", "1:17: http.address: a listener has the same address"},
    {"4.5 HTTP on an inherited socket", "http: {address: 'fd:x'}\n", "1:17: http.address: an IP address and port, or unix:/path, is expected"},
    {"2.4 lines where one belongs", "templates: {x: {subject: {text: \"a\\nb\"}}}\n", "1:26: templates.x.subject: found a map, expected a text"},
    {"2.4 lines of a text in one of the others", "tables: {x: {entries: {text: \"a\\nb\"}}}\n", "1:30: tables.x: found \"a?b\", expected an address, @domain or a domain"},
    {"2.4 lines where a map belongs", "templates:\n  text: |\n    a\n    b\n", "2:9: templates.text: found \"a\"..., expected a map"},
    {"4.6 an organisation's address", "organisations: {x: {domains: [x.example, a@x.example]}}\n", "1:42: organisations.x.domains: found \"a@x.example\", expected a domain as x.example or .x.example"},
    {"4.6 an organisation's network among domains", "organisations: {x: {domains: 192.0.2.0/24}}\n", "1:30: organisations.x.domains: found \"192.0.2.0/24\", expected a domain as x.example or .x.example"},
    {"4.6 a domain of two organisations", "organisations: {x: {domains: x.example}, y: {domains: [X.example]}}\n", "1:56: organisations.y.domains: X.example stands before"},
    {"4.6 a list of nothing", "lists: {x: {}}\n", "1:12: lists.x: expected either a file or entries"},
    {"4.6 a list of both", "lists: {x: {file: /x, entries: []}}\n", "1:12: lists.x: expected either a file or entries"},
    {"4.6 a list's file that is not there", "lists: {x: {file: /nonexistent/x}}\n", "1:19: lists.x: /nonexistent/x cannot be opened: No such file or directory"},
    {"4.6 a list's file without its path", "lists: {x: {file: x}}\n", "1:19: lists.x.file: found \"x\", expected an absolute path"},
    {"4.6 a list's file that is a folder", "lists: {x: {file: /tmp}}\n", "1:19: lists.x: /tmp is not a regular file"},
    {"4.6 entries as a word", "lists: {x: {entries: a}}\n", "1:22: lists.x.entries: found \"a\", expected a list of entries"},
    {"4.6 a wrong entry", "lists: {x: {entries: [a@x.example, '?']}}\n", "1:36: lists.x: found \"?\", expected an address, a domain (x.example, .x.example), a local part (postmaster@) or an IP network"},
    {"4.6 a table as a list", "tables: {x: {entries: [a]}}\n", "1:23: tables.x: expected a map of keys and values"},
    {"4.6 a list's name that nothing can name", "lists: {'a b': {entries: []}}\n", "1:16: lists.a b: the name is not a word (letters, digits, -._) of 1 to 64 octets"},
    {"4.6 a template without text", "templates: {x: {subject: a}}\n", "1:16: templates.x: expected a subject and a text"},
    {"4.6 an empty template", "templates: {x: {}}\n", "1:16: templates.x: expected a subject and a text"},
    {"4.6 a template without languages", "templates: {x: {languages: {}}}\n", "1:16: templates.x: expected a subject and a text"},
    {"4.6 a language without subject", "templates: {x: {languages: {de: {text: a}}}}\n", "1:33: templates.x.languages.de: expected a subject and a text"},
    {"4.6 a language that is none", "templates: {x: {languages: {d_e: {subject: a, text: a}}}}\n", "1:34: templates.x.languages.d_e: expected a language as de or pt-BR"},
    {"4.6 an unknown key of a language", "templates: {x: {languages: {de: {subject: a, test: a}}}}\n", "1:46: templates.x.languages.de.test: an unknown key; \"text\" is meant?"},
    {"4.6 languages as a list", "templates: {x: {languages: [de]}}\n", "1:28: templates.x.languages: found a list, expected a map of languages"},
    {"4.6 nine languages", "templates: {x: {languages: {aa: {}, ab: {}, ac: {}, ad: {}, ae: {}, af: {}, ag: {}, ah: {}}}}\n", "1:16: templates.x: more than 8 languages"},
    {"4.6 notices from nobody", "notices: {from: postmaster}\n", "1:17: notices.from: expected an address as postmaster@x.example"},
    {"4.6 notices to nobody", "notices: {postmaster: x.example}\n", "1:23: notices.postmaster: expected an address as postmaster@x.example"},
#ifndef CCCPD_SANITIZED
    {"4.5 no sandbox", "server: {sandbox: no}\n", "1:19: server.sandbox: can be switched off in builds with sanitizers only"},
#endif
};
/* clang-format on */

static void test_broken(void **state)
{
    const struct broken_row *row = *state;
    struct config *config = NULL;
    char said[640];
    size_t size = strlen(row->text);
    if (strstr(row->name, "UTF-16") != NULL)
        size = 5;
    struct bytes text = {(const uint8_t *)row->text, size};
    uint8_t *exact = rows_copy(text);
    assert_int_equal(config_of((struct bytes){exact, size}, &config, said), STATUS_INVALID);
    assert_string_equal(said, row->said);
    assert_null(config);
    rows_free(&exact);
}

/* However a good text is cut off, the outcome is a configuration or a problem with a place. */
static void test_cut(void **state)
{
    (void)state;
    static const char text[] = "server: {workers: 2}\n"
                               "listeners:\n"
                               "  - {address: '127.0.0.1:7', anonymous: yes, channels: [inbound]}\n"
                               "clients: {mx1: {password: \"" HASH "\", channels: [inbound]}}\n"
                               "limits: {message: 1M, check-time: 30s}\n";
    for (size_t size = 0; size < sizeof text; size++) {
        struct config *config = NULL;
        char said[640];
        uint8_t *exact = rows_copy((struct bytes){(const uint8_t *)text, size});
        enum status status = config_of((struct bytes){exact, size}, &config, said);
        assert_true(status == STATUS_OK ? config != NULL : status == STATUS_INVALID);
        if (status != STATUS_OK)
            assert_true(said[0] >= '1' && said[0] <= '9');
        config_unref(&config);
        rows_free(&exact);
    }
}

static void test_too_long(void **state)
{
    (void)state;
    struct config *config = NULL;
    char said[640];
    size_t size = 8388609;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '#', size);
    assert_int_equal(config_of((struct bytes){(uint8_t *)text, size}, &config, said),
                     STATUS_INVALID);
    assert_string_equal(said, "1:1: longer than 8388608 octets");
    assert_int_equal(config_of((struct bytes){(uint8_t *)text, size - 1}, &config, said),
                     STATUS_OK);
    config_unref(&config);
    free(text);
}

/* "a0: \na1: \n…" and "- \n- \n…": bounded in number, not only in octets. */
static void test_too_many(void **state)
{
    (void)state;
    struct config *config = NULL;
    char said[640], *text = calloc(1, 1600000), *at = text;
    assert_non_null(text);
    for (int i = 0; i < 4097; i++)
        at += sprintf(at, "a%d: \n", i);
    assert_int_equal(config_of(bytes_of_text(text), &config, said), STATUS_INVALID);
    assert_string_equal(said, "4097:1: more than 4096 keys in one map");
    at = text + sprintf(text, "a:\n");
    for (int i = 0; i < 400001; i++)
        at += sprintf(at, "- \n");
    assert_int_equal(config_of(bytes_of_text(text), &config, said), STATUS_INVALID);
    assert_non_null(strstr(said, ": more than 400000 values in one file"));
    at = text + sprintf(text, "listeners:\n");
    for (int i = 0; i < 257; i++)
        at += sprintf(at, "- {address: '127.0.0.1:0'}\n");
    assert_int_equal(config_of(bytes_of_text(text), &config, said), STATUS_INVALID);
    assert_string_equal(said, "2:1: listeners: more than 256 entries");
    free(text);
}

/* A key that everybody can read is refused, one of the group is not. */
static void test_open_key(void **state)
{
    (void)state;
    struct config *config = NULL;
    char said[640], text[512], path[] = "/tmp/cccpd-config-test-XXXXXX", wanted[640];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    snprintf(text, sizeof text,
             "listeners: [{address: '127.0.0.1:7', tls: yes, certificate: %s, key: %s}]\n", path,
             path);
    assert_int_equal(fchmod(fd, 0644), 0);
    assert_int_equal(config_of(bytes_of_text(text), &config, said), STATUS_INVALID);
    snprintf(wanted, sizeof wanted, "1:%zu: listeners.1.key: %s is open to everybody (mode 0644)",
             strstr(text, "key: ") - text + 6, path);
    assert_string_equal(said, wanted);
    assert_int_equal(fchmod(fd, 0640), 0);
    assert_int_equal(config_of(bytes_of_text(text), &config, said), STATUS_OK);
    config_unref(&config);
    close(fd);
    unlink(path);
}

/* An inherited socket is what its address says. Descriptor 3 + 40 is passed as "fd:40". */
static void test_inherited(void **state)
{
    (void)state;
    struct config *config = NULL;
    char said[640], pid[16];
    const char *text = "listeners: [{address: 'fd:40', anonymous: yes}]\n";
    struct sockaddr_in everywhere = {.sin_family = AF_INET};
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    setenv("LISTEN_PID", pid, 1);
    setenv("LISTEN_FDS", "41", 1);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&here, sizeof here), 0);
    assert_int_equal(dup2(fd, 43), 43);
    close(fd);
    assert_int_equal(config_of(bytes_of_text(text), &config, said), STATUS_OK);
    config_unref(&config);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&everywhere, sizeof everywhere), 0);
    assert_int_equal(dup2(fd, 43), 43);
    close(fd);
    assert_int_equal(config_of(bytes_of_text(text), &config, said), STATUS_INVALID);
    assert_string_equal(said, "1:43: listeners.1.anonymous: anonymous peers are admitted on "
                              "loopback addresses and Unix sockets only");
    close(43);
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
}

int main(int argc, char **argv)
{
    static struct rows rows;
    ROWS_ADD(&rows, form_rows, test_broken);
    ROWS_ADD(&rows, value_rows, test_broken);
    ROWS_ADD(&rows, check_rows, test_broken);
    rows_add_one(&rows, "2.1 cut at every octet", test_cut);
    rows_add_one(&rows, "2.1 longer than a mebibyte", test_too_long);
    rows_add_one(&rows, "2.1 more values than allowed", test_too_many);
    rows_add_one(&rows, "4.1 a key that everybody can read", test_open_key);
    rows_add_one(&rows, "4.1 an inherited socket is what its address says", test_inherited);
    return rows_run("config_broken", &rows, argc, argv);
}
