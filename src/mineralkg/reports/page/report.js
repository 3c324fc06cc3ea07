(() => {
  const form = document.querySelector(".filters");
  if (!form) return;
  form.hidden = false;
  const rows = [...document.querySelectorAll("tbody tr")];
  const shown = () => rows.filter((row) => !row.hidden);
  form.addEventListener("change", () => {
    const wanted = [...form.querySelectorAll("select")].filter((select) => select.value);
    for (const row of rows) row.hidden = wanted.some((select) => row.dataset[select.name] !== select.value);
  });
  // A spreadsheet runs a cell that begins like a formula, so such a cell gets an apostrophe.
  const cell = (text) => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replace(/"/g, '""')}"`;
  form.querySelector(".csv").addEventListener("click", () => {
    const heads = [...document.querySelectorAll("th")].map((head) => cell(head.textContent));
    const lines = shown().map((row) => [...row.cells].map((one) => cell(one.innerText.trim())).join(","));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([[heads.join(","), ...lines].join("\r\n")], { type: "text/csv" }));
    link.download = "report.csv";
    link.click();
  });
})();
