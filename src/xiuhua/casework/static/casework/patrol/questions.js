// The questions of a category as controls; what is answered goes into `answers`.
import { field, make, say } from "./elements.js";

const INPUTS = { date: { type: "date" }, datetime: { type: "datetime-local" }, number: { inputmode: "decimal" }, text: {} };

export function questions(asked, answers, changed, errors = {}) {
  return asked.map((question) => {
    const label = question.required ? question.label : `${question.label} ${say("optional")}`;
    const error = errors[question.name] ?? "";
    if (question.kind in INPUTS) return field(label, input(question, answers, changed), { hint: question.hint, error });
    return choices(question, label, answers, changed, error);
  });
}

// Names of required questions without an answer.
export function unanswered(asked, answers) {
  return asked.filter((question) => question.required && !(answers[question.name] ?? "").length).map((question) => question.name);
}

function input({ name, kind, limits }, answers, changed) {
  const take = (event) => { answers[name] = event.target.value; changed(); };
  const control = make("input", { type: "text", ...INPUTS[kind], maxlength: limits.maxlength, oninput: take });
  control.value = answers[name] ?? "";
  return control;
}

function choices({ name, kind, hint, choices: offered }, label, answers, changed, error) {
  const several = kind === "some";
  const among = kind === "yes" ? [{ value: "true", label: say("yes") }, { value: "false", label: say("no") }] : offered;
  const chosen = () => (several ? answers[name] ?? [] : [answers[name]]);
  const take = (value, on) => {
    answers[name] = several ? [...chosen().filter((each) => each !== value), ...(on ? [value] : [])] : value;
    changed();
  };
  const boxes = among.map((choice) => make("label", { class: "choice" },
    make("input", { type: several ? "checkbox" : "radio", name: `q-${name}`, checked: chosen().includes(choice.value),
      onchange: (event) => take(choice.value, event.target.checked) }), make("span", {}, choice.label)));
  return make("fieldset", { tabindex: "-1" }, make("legend", {}, label), hint && make("p", { class: "hint" }, hint), boxes,
    error ? make("p", { class: "error" }, error) : null);
}
