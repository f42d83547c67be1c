import clsx from "clsx";
import { useTranslation } from "react-i18next";

/** What somebody is called; an account that is gone has no name. */
export function useNameOf() {
  const { t } = useTranslation();
  return ({ name }: { name: string }) => name || t("comment.formerMember");
}

const initials = (name: string) =>
  name
    .split(/\s+/)
    .map((part) => [...part][0] ?? "")
    .filter((_, at, all) => at === 0 || at === all.length - 1)
    .join("")
    .toLocaleUpperCase() || "?";

/** A picture of somebody or their initials; the name stands beside it or is told by whoever shows it. */
export function Avatar({
  name,
  picture,
  className,
}: {
  name: string;
  picture?: string | null;
  className?: string;
}) {
  const shape = clsx("size-7 shrink-0 rounded-full", className);
  if (picture) return <img src={picture} alt="" className={clsx(shape, "object-cover")} />;
  return (
    <span
      aria-hidden
      className={clsx(
        shape,
        "inline-flex select-none items-center justify-center bg-accent-soft font-semibold text-accent text-xs",
      )}
    >
      {initials(name)}
    </span>
  );
}
