export function CreateSurvey() {
  return null;
}
