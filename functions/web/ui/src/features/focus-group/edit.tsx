export function NewFocusGroup() {
  return null;
}
