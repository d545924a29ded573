/** The site's stylesheet: served as a file, so that pages need no inline style. */
export const STYLE = `
:root { --ink:#182230; --soft:#5a6675; --line:#d9dfe7; --paper:#fff; --ground:#f3f5f8; --blue:#1f4b99; --green:#1c6b45; --red:#a3262a; --amber:#7a5200; }
* { box-sizing: border-box; }
body { margin:0; background:var(--ground); color:var(--ink); font:16px/1.55 system-ui, "DejaVu Sans", sans-serif; }
.skip { position:absolute; left:-999px; }
.skip:focus { left:1rem; top:1rem; background:#fff; padding:.5rem 1rem; z-index:1; }
.bar { background:var(--paper); border-bottom:1px solid var(--line); }
.bar > div, main, footer { max-width:60rem; margin:0 auto; padding:0 1.25rem; }
.bar > div { display:flex; flex-wrap:wrap; align-items:center; gap:.75rem 1.25rem; padding-top:.8rem; padding-bottom:.8rem; }
.brand { font-weight:700; font-size:1.1rem; color:var(--ink); text-decoration:none; }
.badge { background:#fff3d6; color:var(--amber); border:1px solid #ecd9a6; border-radius:99px; padding:.1rem .7rem; font-size:.82rem; }
.bar nav { margin-left:auto; display:flex; gap:1rem; align-items:center; }
main { padding-top:1.75rem; padding-bottom:2rem; }
h1 { font-size:1.65rem; line-height:1.25; margin:0 0 .4rem; overflow-wrap:anywhere; }
h2 { font-size:1.15rem; margin:0 0 .7rem; }
.lead { color:var(--soft); margin:0 0 1.25rem; overflow-wrap:anywhere; }
.card { background:var(--paper); border:1px solid var(--line); border-radius:12px; padding:1.25rem 1.4rem; margin:0 0 1.1rem; }
.card.now { border-color:var(--blue); box-shadow:0 0 0 1px var(--blue); }
.num { display:inline-grid; place-items:center; width:1.7rem; height:1.7rem; border-radius:50%; background:var(--blue); color:#fff; font-size:.9rem; margin-right:.5rem; }
.card.done .num { background:var(--green); }
.message { border-radius:10px; padding:.8rem 1.1rem; margin:0 0 1.1rem; border:1px solid; }
.message.good { background:#e9f6ef; border-color:#b9dfca; color:var(--green); }
.message.bad { background:#fcebeb; border-color:#efc1c2; color:var(--red); }
.message.hint { background:#fff8e6; border-color:#ecd9a6; color:var(--amber); }
label { display:block; font-weight:600; margin:.6rem 0 .25rem; }
.check { display:flex; gap:.6rem; align-items:flex-start; font-weight:400; }
.check input { margin-top:.35rem; }
input[type=text], input[type=password], input[type=tel], select { font:inherit; padding:.5rem .7rem; border:1px solid #aeb8c5; border-radius:8px; width:100%; max-width:22rem; background:#fff; color:var(--ink); }
input:focus-visible, button:focus-visible, a:focus-visible, select:focus-visible, summary:focus-visible { outline:3px solid #7ea6e8; outline-offset:2px; }
button, .button { display:inline-block; font:inherit; font-weight:600; border:1px solid var(--blue); background:var(--blue); color:#fff; border-radius:8px; padding:.55rem 1.15rem; margin-top:.8rem; cursor:pointer; text-decoration:none; }
button.quiet, .button.quiet { background:#fff; color:var(--blue); }
button.danger { background:#fff; color:var(--red); border-color:var(--red); }
button.link { border:0; background:none; color:var(--blue); padding:0; margin:0; font-weight:400; text-decoration:underline; }
a { color:var(--blue); }
iframe { width:100%; height:32rem; border:1px solid var(--line); border-radius:8px; background:#e8ebef; }
ul.files { list-style:none; margin:0 0 .9rem; padding:0; display:grid; gap:.4rem; }
ul.files li { display:flex; flex-wrap:wrap; gap:.3rem .8rem; align-items:baseline; }
.small, .small a { font-size:.88rem; color:var(--soft); }
.row { display:flex; flex-wrap:wrap; gap:0 1.1rem; }
.row > div { flex:1 1 9rem; }
table { width:100%; border-collapse:collapse; }
.scroll { overflow-x:auto; }
th, td { text-align:left; padding:.55rem .6rem; border-bottom:1px solid var(--line); vertical-align:top; overflow-wrap:break-word; }
td { min-width:7rem; }
th { font-size:.85rem; color:var(--soft); font-weight:600; white-space:nowrap; }
td.when { white-space:nowrap; }
.status { display:inline-block; border-radius:99px; padding:.05rem .65rem; font-size:.85rem; background:#e9edf3; color:#36445a; white-space:nowrap; }
.status.signed, .status.completed { background:#e0f2e8; color:var(--green); }
.status.submitted, .status.pending { background:#e4ecfa; color:var(--blue); }
.status.cancelled, .status.expired, .status.blocked { background:#fae3e3; color:var(--red); }
.status.draft { background:#fff3d6; color:var(--amber); }
.filters { display:flex; flex-wrap:wrap; gap:.5rem; margin:0 0 1rem; padding:0; list-style:none; }
.filters a { border:1px solid var(--line); border-radius:99px; padding:.15rem .8rem; background:#fff; text-decoration:none; }
.filters a[aria-current] { background:var(--blue); border-color:var(--blue); color:#fff; }
footer { color:var(--soft); font-size:.86rem; padding-bottom:2rem; }
@media (max-width:34rem) { .bar nav { margin-left:0; } iframe { height:22rem; } h1 { font-size:1.35rem; } .people tr, .people td { display:block; border:0; padding:.15rem 0; } .people tr { border-bottom:1px solid var(--line); padding:.6rem 0; } }
`;
