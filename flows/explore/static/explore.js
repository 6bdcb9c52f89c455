// Keys for those who like them: / to the search box, n and p to the next and previous place or page. All works without.
document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
  if (event.key === "/") {
    const box = document.getElementById("q") || document.getElementById("query");
    if (box) { box.focus(); event.preventDefault(); }
    return;
  }
  if (event.key !== "n" && event.key !== "p") return;
  const places = [...document.querySelectorAll("a.hit")];
  if (places.length) {
    const now = places.indexOf(document.activeElement);
    const step = event.key === "n" ? now + 1 : now < 0 ? places.length - 1 : now - 1;
    places[(step + places.length) % places.length].focus();
  } else {
    const link = document.querySelector(event.key === "n" ? "a[rel=next]" : "a[rel=prev]");
    if (link) link.click();
  }
});
