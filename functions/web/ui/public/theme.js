// Before the first paint, so that a dark page never flashes white. The same rule as src/app/theme.ts.
(() => {
  let wanted = "system";
  try {
    wanted = localStorage.getItem("sight.theme") ?? "system";
  } catch {
    // storage is switched off: the system decides
  }
  const dark =
    wanted === "dark" || (wanted !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
