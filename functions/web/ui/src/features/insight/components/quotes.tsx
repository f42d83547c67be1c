import { Link } from "@tanstack/react-router";
import { CornerUpRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { wayTo } from "../hooks/place";

type Place = Schemas["QuotePlace"];

/** What was said about a need, each with the way to where it was said: the drawer stays one step back. */
export function Quotes({
  quotes,
  places,
  projectId,
}: {
  quotes: string[];
  /** In the order of the quotes. */
  places: (Place | null)[];
  projectId: string;
}) {
  const { t } = useTranslation();
  if (quotes.length === 0) return null;
  return (
    <ul className="flex flex-col gap-2">
      {quotes.map((quote, number) => {
        const place = places[number];
        return (
          <li key={quote}>
            <blockquote className="border-line border-l-3 pl-3 text-quiet">
              {t("state.quoted", { text: whole(quote) })}{" "}
              {place && (
                <Link
                  {...wayTo(projectId, place)}
                  className="inline-flex items-center gap-1 whitespace-nowrap rounded text-accent text-sm underline"
                >
                  <CornerUpRight aria-hidden className="size-3.5" />
                  {t("need.jump")}
                </Link>
              )}
            </blockquote>
          </li>
        );
      })}
    </ul>
  );
}

/** A quote is a part of an answer: where it ends amid a sentence, three dots say so. */
const whole = (quote: string) => (/[.!?…]$/.test(quote) ? quote : `${quote}\u00a0…`);
