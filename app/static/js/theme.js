// The chosen theme at once; the form beside it tells the server, which keeps it in a cookie.
export default function theme(choice) {
  if (choice.value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice.value;
  choice.form?.requestSubmit();
}
