// How does a Google Form ask fraudcheck? Each answer's row in the sheet gets a decision, a score and a check id beside it.
//
// In the form's sheet: Extensions > Apps Script, paste this file, and set the script properties FRAUDCHECK_URL and
// FRAUDCHECK_KEY. Then add a trigger: onFormSubmit, from spreadsheet, on form submit. It runs after the visitor was thanked.

const COLUMNS = ["fraudcheck decision", "fraudcheck score", "fraudcheck check"];

function onFormSubmit(event) {
  const verdict = judge(answers(event));
  const sheet = event.range.getSheet();
  const row = [verdict.decision || "review", verdict.trust_score ?? "", verdict.check_id || ""];
  sheet.getRange(event.range.getRow(), firstColumn(sheet), 1, COLUMNS.length).setValues([row]);
}

// What was asked and answered. The first value is the time, in a form that depends on the sheet's country: left out.
function answers(event) {
  const asked = Object.entries(event.namedValues).filter(([, [value]]) => value !== event.values[0]);
  return Object.fromEntries(asked.map(([question, values]) => [question, values.join(", ")]));
}

// The verdict on a lead; an empty one where there is none: then a person decides. Google sets the time limit.
function judge(lead) {
  const settings = PropertiesService.getScriptProperties();
  try {
    const answer = UrlFetchApp.fetch(settings.getProperty("FRAUDCHECK_URL") + "/v1/forms/flat", {
      method: "post",
      contentType: "application/json",
      headers: { Authorization: "Bearer " + settings.getProperty("FRAUDCHECK_KEY") },
      payload: JSON.stringify(lead),
      muteHttpExceptions: true,
    });
    return (answer.getResponseCode() === 200 && JSON.parse(answer.getContentText())) || {};
  } catch (problem) {
    console.warn("fraudcheck could not be asked: " + problem.name);
    return {};
  }
}

// Where our columns begin: where they are, else right of all others, with their names put there.
function firstColumn(sheet) {
  const names = sheet.getRange(1, 1, 1, sheet.getLastColumn()).getValues()[0];
  const found = names.indexOf(COLUMNS[0]) + 1;
  if (!found) sheet.getRange(1, names.length + 1, 1, COLUMNS.length).setValues([COLUMNS]);
  return found || names.length + 1;
}
