"""What does the syntax of an attack on a web application look like, by kind of attack?

These are the payloads of the OWASP testing guide and of the fuzzers' lists. Every pattern runs in linear time: all
repetitions are bounded.
"""

from __future__ import annotations

import re
from functools import cache

_S, _B = r"\s{0,9}", r"\s{1,9}"  # blanks that may and that must stand there
_END = r"(?:--(?!\s{1,9}[^\W\d_]{2,30}\s{1,9}[^\W\d_]{2})|#|/\*|;?\x00)"  # a comment, which is not a dash in prose
_SQL_FUNCTION = (
    r"(?:concat|concat_ws|group_concat|cha?r|version|user|database|current_user|schema|load_file|sleep|benchmark"
    r"|pg_sleep|count|cast"
    r"|convert|hex|unhex|md5|substr|substring|mid|ascii|ord|ifnull|extractvalue|updatexml|randomblob|sysdate|now"
    r"|length)\("
)
_TABLE = (
    r"(?:information_schema|mysql\.|pg_\w|sys\.|sysobjects|all_tables|sqlite_master|dual\b|users?\b|admins?\b"
    r"|accounts?\b)"
)
_OR = r"(?:or|and|xor|\|\||&&)"
_STATEMENT = (
    rf"(?:drop{_B}(?:table|database|schema|view|user){_B}(?:if{_B}exists{_B})?[\w.`\"\[\]]{{1,60}}{_S}(?:;|--|#"
    rf"|/\*|$|'|\"|cascade)"
    rf"|delete{_B}from{_B}[\w.`]{{1,60}}{_S}(?:;|--|#|/\*|$|'|\"|where\b)"
    rf"|insert{_B}into{_B}[\w.`]{{1,60}}{_S}(?:\(|values\b|select\b|set\b|;|--|$)"
    rf"|update{_B}[\w.`]{{1,60}}{_B}set{_B}[\w.`]{{1,60}}{_S}=|truncate{_B}table{_B}\w|alter{_B}(?:table|user"
    rf"|login){_B}\w"
    rf"|create{_B}(?:table|user|database|login|function){_B}\w{{1,60}}{_S}(?:\(|as\b|;|--|identified\b|with\b)"
    rf"|exec(?:ute)?{_B}(?:master|xp_|sp_|immediate)|exec{_S}\(|shutdown{_S}(?:;|--|$|with\b)|declare{_B}@"
    rf"|waitfor{_B}delay"
    rf"|select{_B}(?:\*|@@|{_SQL_FUNCTION}|[\w.]{{1,40}}{_S},|[\w.]{{1,40}}{_B}from{_B}{_TABLE})"
    rf"|copy{_B}\w{{1,40}}{_S}(?:\(|from{_B}program)"
    rf"|grant{_B}all{_B})"
)
_ALERT = (
    r"(?:alert|confirm|prompt|eval|atob|import)[(`]|document\.(?:cookie|domain|location)|fromcharcode"
    r"|(?:top|self|window)\["
)
_FIRES = (
    r"on(?:error|load|loadstart|toggle|focus|focusin|mouseover|mouseenter|pointer\w{1,9}|animation\w{1,9}"
    r"|transition\w{1,9}|begin"
    r"|start|wheel|scroll|hashchange|pageshow|resize|message|popstate|canplay|play|loadeddata|readystatechange)"
)
_RUN = r"(?:system|exec|shell_exec|passthru|popen|proc_open|eval|assert|phpinfo|pcntl_exec)\s?\("
_FILE = (
    r"(?:etc[/\\]{1,2}(?:passwd|shadow|hosts|group|issue)|windows[/\\]|winnt[/\\]|win\.ini|boot\.ini|proc[/\\]self"
    r"|\.env\b|wp-config|\.git[/\\]"
    r"|\.ssh[/\\]|var[/\\]log|\.ht(?:access|passwd)|web\.config|web-inf|system32)"
)
_SHELL = (
    rf"(?:cat{_B}[/.~$]|ls{_B}-\w|whoami\b|uname{_B}-a|wget{_B}(?:-|https?:|\S{{1,60}}/)"
    rf"|curl{_B}(?:-|https?:|\S{{1,60}}/)|n(?:c|cat){_B}-|(?:ba)?sh{_B}-[ci]|ping{_B}(?:-[cn]{_B}\d|\d{{1,3}}\.\d)"
    rf"|sleep{_B}\d{{1,4}}{_S}(?:$|[;|&#`)])"
    rf"|nslookup{_B}\S|powershell\b{_S}-|cmd(?:\.exe)?{_B}/c|dir{_B}[a-z]:|type{_B}[a-z]:|net{_B}user\b|rm{_B}-r"
    rf"|chmod{_B}[\d+]"
    rf"|python3?{_B}-c|perl{_B}-e|php{_B}-r|echo{_B}\S{{1,60}}{_S}[>|])"
)

Rules = tuple[tuple[str, tuple[tuple[str, ...], ...], str], ...]
"""Kind of attack, hints of which one must be in the text, pattern."""


def _rules(*rows: tuple[str, str, str]) -> Rules:
    """Rows of kind, hints and pattern. The parts of one hint, between which ``~`` stands, must all be in the text."""
    return tuple(
        (
            kind,
            tuple([tuple(hint.replace("·", " ").split("~")) for hint in hints.split(" ")]),
            pattern,
        )
        for kind, hints, pattern in rows
    )


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A rule's pattern, compiled when a text first holds its hints: all of them take 15 ms."""
    return re.compile(pattern, re.MULTILINE)


CERTAIN = _rules(
    (
        "template",
        "{{ ${ #{ *{ <% @( {% {php} <#assign #set(",
        r"\$\{{1,2}\s?(?:jndi|env|sys|lower|upper|java|date|base64|ctx|main|::-|\$\{::-)[:-]"
        r"|\$\{\s?(?:\d{1,9}\s?\*\s?['\"]?\d|t\(|\w{1,30}\.(?:getclass|class)\b|__)"
        r"|\$\{[^{}\n]{0,40}\$\{|\{\{\s?['\"\[(]{0,2}\s?(?:\d{1,9}\s?\*\s?['\"]?\d|\w{0,20}\)?\]?\.?__\w{1,20}__"
        r"|['\"]{2}\.)"
        r"|\{\{\s?(?:config\b|self\b|_self\b|request\.|settings\.|lipsum|cycler|joiner|namespace"
        r"|constructor\.constructor|\$on\.constructor"
        r"|this\.constructor|range\.constructor|app\.request)"
        r"|#\{\s?\d{1,9}\s?\*|\*\{\s?(?:\d{1,9}\s?\*|t\()|<%=?\s?(?:\d{1,9}\s?\*|system\(|`|file\.|io\.)"
        r"|@\(\s?\d{1,9}\s?\*"
        r"|\{%\s?(?:import|include)\s?['\"]|\{%\s?(?:for|if|set)[^%\n]{0,80}__|\{php\}"
        r"|<#assign\b[^<>\n]{0,80}\?new|#set\s?\(\s?\$"
        r"|\$\{[^{}\n]{0,40}(?:runtime|getruntime|processbuilder)",
    ),
    (
        "script",
        "script on~= fromcharcode data: expression(",
        rf"['\"]\s{{0,5}}/?>\s{{0,5}}<\s?(?:script|img|svg|iframe|body|input|details|video|audio|a|object|embed"
        rf"|math|style|marquee)\b"
        rf"|<script\b[^<>\n]{{0,200}}>[^<\n]{{0,200}}?(?:{_ALERT})"
        rf"|<script\b[^<>\n]{{0,200}}>\s{{0,5}}\w{{1,20}}\s{{0,5}}</script"
        rf"|<[a-z!/?][^<>\n]{{0,200}}[\s/\"']{_FIRES}\s{{0,9}}=\s{{0,9}}['\"`]?[^<>\n]{{0,80}}?(?:{_ALERT}"
        rf"|\bjavascript:|\bfetch\(|\blocation\b)"
        rf"|<(?:svg|img|body|video|audio|details|iframe|input|marquee|x|math"
        rf"|object)[\s/][^<>\n]{{0,100}}{_FIRES}\s{{0,9}}=\s{{0,9}}['\"`]?\w"
        rf"|['\"]\s{{1,9}}(?:autofocus\s{{1,9}})?{_FIRES}\s?=\s?['\"`]?[^<>\n]{{0,40}}?(?:{_ALERT})"
        rf"|(?:java|vb|live)script\s{{0,5}}:\s{{0,9}}(?:{_ALERT}|msgbox|//[^\n]{{0,40}}(?:{_ALERT}))"
        r"|data:text/html\s{0,5}[;,][^\n]{0,40}(?:base64,|script)|<style[^<>]{0,40}>[^\n]{0,60}(?:expression\("
        r"|javascript:)"
        r"|<(?:scr<script>ipt|/script>\s{0,5}<script)",
    ),
    (
        "nosql",
        "$ne $gt $lt $regex $where $nin $in $exists $or $and || return~; this.",
        r"\{\s?['\"]?\$(?:ne|gte?|lte?|regex|where|nin|in|exists|or|and|eq)['\"]?\s?:|\[\$(?:ne|gte?|lte?|regex"
        r"|where|nin|in|exists)\]\s?="
        r"|['\"]\s?;?\s?return\s{1,5}(?:true|\w{1,20}\s?[=!]=)|['\"]\s?(?:\|\|"
        r"|&&)\s?['\"\d]\w{0,20}['\"]?\s?===?\s?['\"\d]"
        r"|['\"]\s?(?:\|\||&&)\s?this\.\w|\$where['\"]?\s?[:=]",
    ),
    (
        "sql",
        "union",
        rf"\bunion{_B}(?:all{_B}|distinct{_B})?\(?{_S}select{_B}(?:distinct{_B}|all{_B})?(?:null\b|@@\w"
        rf"|\*{_B}from\b|['\"]|{_SQL_FUNCTION}"
        rf"|\d{{1,9}}{_S}(?:--|#|/\*|;|from\b|\)|,{_S}(?:null\b|@@\w|['\"]|{_SQL_FUNCTION}|\d{{1,9}}{_S}(?:,|--|#"
        rf"|/\*|;|\)|'|\"|from\b|$)"
        rf"|\w{{1,40}}{_S}(?:,|from\b)))"
        rf"|\w{{1,40}}(?:{_S},{_S}\w{{1,40}}(?:\([^()\n]{{0,40}}\))?){{1,30}}{_B}from{_B}\w{{1,40}}(?:\.\w{{1,40}})?{_S}(?:$|--|#|;|'|\"|where\b|limit\b)"
        rf"|[\w.]{{1,40}}{_B}from{_B}(?:{_TABLE}|\w{{1,40}}{_S}(?:--|#|;{_S}$|'|\"|where{_B}\w)))",
    ),
    (
        "sql",
        "= -- # /* '~like \"~like",
        rf"['\"]{_S}\){{0,5}}{_S}{_OR}{_S}\(?{_S}(?:not{_B})?['\"(]{{0,2}}(\w{{1,20}})['\")]{{0,2}}{_S}(?:=|<=>|=="
        rf"|like\b){_S}['\"(]{{0,2}}\1\b"
        rf"|['\"]{_S}\){{0,5}}{_S}{_OR}{_S}\(?(?:'[^'\n]{{0,20}}'{_S}(?:=|<|>|!=|like){_S}\(?'"
        rf"|\"[^\"\n]{{0,20}}\"{_S}(?:=|<|>|!=|like){_S}\(?\")"
        rf"|['\"]{_S}\){{0,5}}{_S}{_OR}{_B}(?:true|\d{{1,9}}|not{_B}false"
        rf"|\d{{1,9}}{_S}[<>]{_S}\d{{1,9}}){_S}(?:{_END}|;{_S}$)"
        rf"|['\"]{_S}\){{0,5}}{_S}{_OR}{_B}\w{{1,30}}{_S}(?:=|<>|!=|like\b|regexp\b){_S}'"
        rf"|\){_S}{_OR}{_S}\({{0,3}}(\d{{1,9}}){_S}={_S}\2{_S}(?:{_END}|$)"
        rf"|\b{_OR}{_B}\(?['\"]?(\w{{1,20}})['\"]?{_S}(?:=|like){_S}['\"]?\3['\"]?\)?{_S}(?:{_END}|;{_S}$)"
        rf"|\b{_OR}{_B}\(?'\w{{0,20}}'{_S}={_S}'"
        rf"|^{_S}(?:[\w@.-]{{1,30}}{_B})?{_OR}{_B}\(?['\"]?(\w{{1,20}})['\"]?{_S}={_S}['\"]?\4['\"]?\)?{_S}$"
        rf"|^\S{{0,40}}['\"]\){{0,3}}{_S}(?:--|#|/\*)[\s+-]{{0,3}}\w{{0,3}}$|^'{_S}=0?{_S}'"
        rf"|['\")\d]{_S}(?:order|group){_B}by{_B}\d{{1,4}}{_S}{_END}|\bhaving{_B}1{_S}={_S}1\b",
    ),
    (
        "sql",
        ";",
        rf"['\"]{_S}\){{0,5}}{_S};{_S}{_STATEMENT}|^{_S}-?\d{{1,9}}\){{0,5}}{_S};{_S}{_STATEMENT}"
        rf"|;{_S}(?:drop{_B}(?:table|database)|delete{_B}from|insert{_B}into|update|truncate{_B}table"
        rf"|shutdown){_B}[^;\n]{{1,120}}(?:--|;{_S}--|;{_S}#)",
    ),
    (
        "sql",
        "sleep( benchmark waitfor extractvalue updatexml load_file file utl_ dbms_ char( chr( 0x convert(int exp("
        " rlike analyse xp_ /*! (select || '~substr exists ascii( substr ord( mid( length(",
        rf"\bwaitfor{_B}delay{_B}['\"]|\bbenchmark\({_S}\d{{4}}|\b(?:extractvalue|updatexml)\({_S}(?:\d|rand"
        rf"|\w{{1,10}}{_S},{_S}concat)"
        rf"|\bload_file\({_S}['\"0c(]|\binto{_B}(?:out|dump)file{_B}['\"]|\b(?:utl_http|utl_inaddr|dbms_pipe"
        rf"|dbms_lock|dbms_ldap)\.\w"
        rf"|\bcha?r\(\d{{1,3}}\){_S}(?:\+|\|\|)|\bconcat\({_S}0x[0-9a-f]|\bconvert\(int{_S},{_S}(?:\(?select|@@)"
        rf"|\bexp\(~|\brlike{_B}\({_S}select"
        rf"|\bprocedure{_B}analyse\(|\bexec{_B}(?:master\.\.)?xp_|/\*!\d{{5}}|['\"]{_S}(?:\|\|"
        rf"|\+){_S}(?:\(?{_S}select|pg_sleep|utl_|dbms_)"
        rf"|(?:['\"]|\b\d{{1,9}}){_S}\){{0,5}}{_S}(?:{_OR}|;|,|-"
        rf"|\+){_S}\(?(?:select{_B})?\(?{_S}(?:pg_)?sleep\({_S}['\"]?\d"
        rf"|\b(?:pg_)?sleep\({_S}\d{{1,4}}{_S}\){_S}(?:{_END}|\)?{_S}['\"]|\){_S}$)"
        rf"|\({_S}select{_B}(?:\*{_B}from|@@\w|{_SQL_FUNCTION}|\d{{1,9}}{_B}from{_B}\(?{_S}(?:select\b|{_TABLE})"
        rf"|[\w.]{{1,40}}{_B}from{_B}{_TABLE})"
        rf"|(?:['\"]|\b\d{{1,9}}){_S}\){{0,5}}{_S}{_OR}{_B}(?:not{_B})?(?:exists{_S}\({_S}select|(?:ascii|substr"
        rf"|substring|length|ord|mid|char_length)"
        rf"\({_S}\(?(?:select|database|user|version|@@|current|substr|password))|\bif\([^\n]{{0,80}}(?:sleep"
        rf"|benchmark)\(",
    ),
    (
        "path",
        "../ ..\\ file: php:// expect:// phar:// \\..",
        rf"(?<![./\\])(?:\.{{2,4}}[/\\]{{1,2}}){{1,64}}+[^\s<>]{{0,60}}?{_FILE}|\bfile:/{{2,3}}(?:etc|proc|windows"
        rf"|c:/(?:windows|boot\.ini))"
        r"|\bphp://(?:filter|input|fd|output|temp)|\b(?:expect|phar|zip|compress\.zlib|data)://\S{0,40}[\w/]"
        r"|^(?:\.{2}[/\\]){3}"
        r"|(?:\.{4}[/\\]{2}){2}",
    ),
    (
        "command",
        "; | && &~ping &~whoami &~nslookup &~cat \n~wget \n~curl \n~cat",
        rf"[;|&\n](?:(?<=[;|\n])|(?<=&&)|(?<=[\d'\"\s]&)|(?<=\A&))\s{{0,3}}(?:/(?:usr/)?bin/)?{_SHELL}",
    ),
    (
        "command",
        ";id |id &id ;ls |ls ;dir |dir ;env |env ;ps |ps ;·id |·id ;·ls $( ){ ()~{ <?php <?= <% runtime exec("
        " system( eval( assert( import__ child_process $_ <!--# md5( write(",
        rf"\$\((?:id|whoami|cat|curl|wget|nslookup|ping|sleep|ls|uname|bash|sh)\b"
        rf"|^[^\s;|&]{{0,40}}(?:;|\|{{1,2}}|&{{1,2}})(?:id|ls|dir|env|ps)[;|&]?$"
        rf"|^(?:[^\s;|&]{{0,40}}[\d'\"][^\s;|&a-z]{{0,20}})?\s?(?:;|\|{{1,2}}|&&)\s?(?:id|ls|dir|env|ps|pwd"
        rf"|ifconfig|ipconfig)$|\(\)\s{{0,3}}\{{[^{{}}\n]{{0,20}};\s{{0,3}}\}}\s{{0,3}};|\$\{{ifs\}}"
        rf"|<\?(?:php|=)?\s{{0,5}}[^<>\n]{{0,80}}?@?\b{_RUN}|<\?(?:php|=)\s{{0,5}}[^<>\n]{{0,60}}`"
        rf"|\bgetruntime\(\)\.exec\(|__import__\(\s?['\"]"
        rf"|\brequire\(\s?['\"]child_process|\b{_RUN}\s{{0,3}}(?:base64_decode|\$_(?:get|post|request|cookie"
        rf"|server)|['\"](?:id|ls|cat |whoami|wget|curl|uname))"
        r"|<!--#\s?(?:exec|include|echo)\s|\bprint\(md5\(|\bresponse\.write\(\d"
        r"|<%@?\s?page\s[^<>\n]{0,80}java\.|\bos\.(?:system|popen)\(\s?['\"]",
    ),
    (
        "xml",
        "<!entity <!doctype <?xml xi:include",
        r"<!entity\s{1,9}%?\s{0,9}\w{1,40}\s{1,9}(?:system|public|['\"])|<!doctype[^<>\[\n]{0,80}\[\s{0,9}<!"
        r"|<xi:include\b",
    ),
    (
        "request",
        "169.254. metadata gopher: dict: ldap: localhost 127.0.0.1 [::1] 0x7f 2130706433",
        r"https?://(?:169\.254\.169\.254|metadata\.google\.internal|\[::1\]|2130706433|0x7f|0177\.|127\.1\b"
        r"|\[::ffff:)|\bgopher://\S"
        r"|\bdict://[\d.\w]{1,60}:\d|\bldaps?://\S{1,80}/\w{1,20}[}\"']"
        r"|169\.254\.169\.254/(?:latest|computemetadata|metadata)|100\.100\.100\.200/latest",
    ),
    (
        "ldap",
        ")( )(& )(| (|( (&(",
        r"\*\s?\)\s?\(\s?[|&!]?\s?\(?\w{1,30}\s?[=~<>]|\*\)\s?\(\s?[|&]|\)\s?\(\s?[|&]\s?(?:\(|\))|\*\)\)%?\x00"
        r"|\(\s?[|&]\s?\(\w{1,30}=[^()\n]{0,40}\)\s?\(\w{1,30}=|\)\(\w{1,30}=\*",
    ),
    (
        "header",
        "set-cookie content-type bcc: http/1. location:",
        r"[\r\n]\s{0,3}(?:set-cookie\s?:\s?\w{1,40}=|content-type\s?:\s?text/html|http/1\.[01] \d{3}"
        r"|location\s?:\s?https?://|x-\w{1,30}\s?:\s?\w)"
        r"|[\r\n]bcc\s?:\s?[^\s@]{1,60}@",
    ),
)  # fmt: skip
"""How an attack leaves its field: it is one wherever it stands."""
CODE = _rules(
    (
        "sql",
        "sleep( benchmark( xp_cmdshell information_schema @@ select~from insert~values update~set~= delete~from"
        " drop~; union~select",
        rf"\b(?:pg_sleep|sleep|benchmark)\({_S}\d|\bxp_cmdshell\b|\binformation_schema\.\w|@@(?:version|hostname"
        rf"|datadir)"
        rf"|\bselect{_B}(?:\*|[\w.]{{1,40}}(?:{_S},{_S}[\w.]{{1,40}}){{1,9}}){_B}from{_B}(?:{_TABLE}"
        rf"|[\w.`]{{1,60}}{_S}(?:;|--|where{_B}[\w.]{{1,40}}{_S}[=<>]|limit{_B}\d))"
        rf"|\binsert{_B}into{_B}[\w.`]{{1,60}}{_S}(?:\([^()\n]{{1,100}}\){_S})?values{_S}\("
        rf"|\bupdate{_B}[\w.`]{{1,60}}{_B}set{_B}[\w.`]{{1,60}}{_S}="
        rf"|\bdelete{_B}from{_B}[\w.`]{{1,60}}{_S}(?:where{_B}[\w.]{{1,40}}{_S}[=<>]|;{_S}$)|\bdrop{_B}(?:table"
        rf"|database){_B}[\w.`]{{1,60}}{_S};"
        rf"|\bunion{_B}(?:all{_B})?select{_B}\d",
    ),
    (
        "script",
        "<script javascript: <iframe alert( prompt( confirm( eval( on~=",
        rf"<script\b[^<>\n]{{0,200}}(?:\bsrc\s?=|>\s{{0,5}}[\w.$]{{1,40}}\s?[=(.])"
        rf"|<[a-z][^<>\n]{{0,200}}[\s/\"']on[a-z]{{4,16}}\s?=\s?"
        rf"|javascript:\s?[\w.]{{1,20}}\(|^\W{{0,5}}(?:{_ALERT})|<iframe\b[^<>\n]{{0,80}}(?:javascript|srcdoc"
        rf"|onload)",
    ),
    (
        "path",
        "../ ..\\ /etc/ \\windows /proc/self",
        r"(?:\.\.[/\\]){2}|/etc/(?:passwd|shadow)|[\\/]windows[\\/](?:system32|win\.ini)|/proc/self/|^c:\\boot\.ini",
    ),
    ("command", "` <?php <?=", rf"`{_S}(?:{_SHELL}|(?:id|ls|pwd|ps|env)`)|<\?(?:php|=)\s"),
    (
        "request",
        "localhost 127.0.0.1 0.0.0.0",
        r"^\W{0,3}(?:https?|ftp)://(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?:[:/]|$)",
    ),
)  # fmt: skip
"""Code that a developer's customer may paste as well: it is an attack where hardly any prose stands around it."""
