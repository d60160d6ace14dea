import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: {
    customer: integer('customer'),
    item: text('item'),
    itemName: text('item_name'),
    other: text('other'),
    otherName: text('other_name'),
  },
  readings: [
    {
      options: {
        columns: {
          customer: { aliases: ['顧客ID'] },
          item: { aliases: ['商品ID'], position: 2 },
          itemName: { aliases: ['商品名'], position: 3 },
          other: { aliases: ['商品ID'], position: 4 },
          otherName: { aliases: ['商品名'], position: 5 },
        },
      },
      rows: ['1,A1,机,B2,椅子', '2,A3,棚,,'],
    },
    {
      options: {
        columns: {
          customer: { aliases: ['顧客ID'] },
          item: { aliases: ['商品ID'] },
          itemName: { aliases: ['商品名'], position: 6 },
          other: { aliases: ['品番'], position: 5 },
        },
      },
      failure:
        'The header does not fit import "field-file" (4 problems): "商品ID" (header 2) and "商品ID" (header 4) both stand for column "item": keep one of them, or set the column’s position in the import; header 5 "商品名" is none of column "other", which the import has at this position: "other", "品番"; column "item_name" is at position 6 in the import, but the header has 5 names; header 3 "商品名" is no column of the import.',
    },
  ],
} satisfies FieldFile;
