export function FocusGroups() {
  return null;
}
