/* A phone has a wheel for days and times; elsewhere they are typed as people write them here. */
(function () {
  "use strict";
  if (!window.matchMedia("(pointer: coarse)").matches) return;
  for (const field of document.querySelectorAll("input[data-native]")) {
    const [day, month, year] = field.value.split("/");
    const value = year ? [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-") : field.value;
    field.type = field.dataset.native;
    field.value = value;
  }
})();
