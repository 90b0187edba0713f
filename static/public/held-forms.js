// A form which the page's scripts send must not leave by itself before they stand: it is held, and sent when they do.
(function () {
  var held = null;
  function ours(event) {
    var sender = event.submitter || event.target;
    return event.target.hasAttribute("hx-post") || sender.hasAttribute("hx-post");
  }
  function hold(event) {
    if (!ours(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held = { form: event.target, submitter: event.submitter };
  }
  function release() {
    document.removeEventListener("submit", hold, true);
    if (held && held.form.isConnected) held.form.requestSubmit(held.submitter);
    held = null;
  }
  document.addEventListener("submit", hold, true);
  // the scripts run before this event; what they do in it comes before the next turn of the loop
  document.addEventListener("DOMContentLoaded", function () { setTimeout(release, 0); });
})();
