// Writes the Office files of npm's writers: node write-office.mjs <folder with node_modules> <target folder>
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [writers, target] = process.argv.slice(2);
const require = createRequire(join(writers, 'package.json'));
const { Document, Packer, Paragraph } = require('docx');
const { Workbook, stream } = require('exceljs');

const document = new Document({ sections: [{ children: [new Paragraph('Three beds of limestone.')] }] });
writeFileSync(join(target, 'docx-npm.docx'), await Packer.toBuffer(document));

const workbook = new Workbook();
workbook.addWorksheet('Beds').addRow(['bed', 'cm']);
writeFileSync(join(target, 'exceljs.xlsx'), new Uint8Array(await workbook.xlsx.writeBuffer()));

// Written as a stream: every member has its lengths behind it.
const streamed = new stream.xlsx.WorkbookWriter({ stream: createWriteStream(join(target, 'exceljs-streamed.xlsx')) });
const sheet = streamed.addWorksheet('Beds');
sheet.addRow(['bed', 'cm']).commit();
sheet.commit();
await streamed.commit();

// Its workbook comes before [Content_Types].xml, and it writes what Excel wrote until 1995 and until 2003.
const sheetjs = require('xlsx');
const book = sheetjs.utils.book_new();
sheetjs.utils.book_append_sheet(
  book,
  sheetjs.utils.aoa_to_sheet([
    ['bed', 'cm'],
    [1, 40],
  ]),
  'Beds',
);
for (const [bookType, name] of Object.entries({
  xlsx: 'sheetjs.xlsx',
  xlsb: 'sheetjs.xlsb',
  biff8: 'sheetjs-97.xls',
  biff5: 'sheetjs-95.xls',
})) {
  writeFileSync(join(target, name), sheetjs.write(book, { type: 'buffer', bookType, compression: true }));
}

const { encrypt } = require('officecrypto-tool');
const open = readFileSync(join(target, 'libreoffice.docx'));
writeFileSync(join(target, 'password.docx'), encrypt(open, { password: 'quarry', type: 'standard' }));
