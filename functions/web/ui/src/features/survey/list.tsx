export function Surveys() {
  return null;
}
