import { createRequire } from 'node:module';
import { renderAsync } from '@resvg/resvg-js';

const require = createRequire(import.meta.url);

/** The only font family of the pictures; it has Latin and Cyrillic. */
export const fontFamily = 'DejaVu Sans';

// resvg draws no text at all, and says nothing, where a font is missing; so the files are named, and no system font is asked for.
const fontFiles = [
  require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
];

/** An SVG picture as PNG, `width` pixels wide, on white. */
export async function toPng(svg: string, width: number): Promise<Uint8Array> {
  const image = await renderAsync(svg, {
    background: '#ffffff',
    fitTo: { mode: 'width', value: width },
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: fontFamily },
  });
  return image.asPng();
}
