import { expect, it } from "vitest";
import { passages } from "./evidence";

it("shows passages and passes over whatever else is stored", () => {
  const stored = [
    { document_title: "Report", chunk_text: "Vegetables are dear.", page: 3, document_id: "d1" },
    { document_title: "Without a text" },
    null,
    "a word",
  ];
  expect(passages(stored)).toEqual([
    { title: "Report", text: "Vegetables are dear.", page: 3, documentId: "d1" },
  ]);
  expect(passages(null)).toEqual([]);
});
