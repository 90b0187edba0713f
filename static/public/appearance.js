// Applied before the first paint: text size and theme kept on this device.
(function () {
  try {
    var root = document.documentElement, text = localStorage.getItem("tz.text"), theme = localStorage.getItem("tz.theme");
    if (text && text !== "standard") root.setAttribute("data-text", text);
    if (theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)) root.setAttribute("data-theme", "dark");
  } catch (error) { /* storage may be closed: the standard look stays */ }
})();
