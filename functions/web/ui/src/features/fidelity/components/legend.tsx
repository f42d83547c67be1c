import { useTranslation } from "react-i18next";

/** What the marks of a chart mean that holds shares against a target. */
export function Legend() {
  const { t } = useTranslation();
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-1 text-quiet text-sm">
      <li className="flex items-center gap-2">
        <span aria-hidden className="h-2 w-6 rounded-sm bg-bar" />
        {t("fidelity.achieved")}
      </li>
      <li className="flex items-center gap-2">
        <span aria-hidden className="h-4 w-0.5 bg-ink" />
        {t("fidelity.target")}
      </li>
      <li className="flex items-center gap-2">
        <span aria-hidden className="h-4 w-6 rounded-sm bg-line" />
        {t("fidelity.noise")}
      </li>
    </ul>
  );
}
