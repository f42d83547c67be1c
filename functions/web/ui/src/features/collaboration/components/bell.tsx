import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell } from "lucide-react";
import { useTranslation } from "react-i18next";
import { buttonClass } from "@/components/ui/button";
import { useFormat } from "@/i18n/format";
import { unreadQuery } from "../hooks/inbox";

/** The way to the inbox, with how much of it is new. */
export function InboxBell() {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { data } = useQuery(unreadQuery);
  const unread = data?.unread ?? 0;
  return (
    <Link to="/inbox" className={buttonClass("quiet", true)}>
      <Bell aria-hidden className="size-4" />
      <span className="sr-only">
        {t("inbox.title")}
        {unread > 0 && `, ${t("inbox.unread", { count: unread })}`}
      </span>
      {unread > 0 && (
        <span
          aria-hidden
          className="tabular rounded-full bg-accent px-1.5 font-semibold text-on-accent text-xs"
        >
          {number(unread)}
        </span>
      )}
    </Link>
  );
}
