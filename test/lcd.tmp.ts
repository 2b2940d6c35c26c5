import { chromium } from '@playwright/test'
for (const extra of [[], ['--disable-lcd-text'], ['--disable-lcd-text','--font-render-hinting=none']]) {
  const b = await chromium.launch({ executablePath: '/usr/bin/chromium', chromiumSandbox: false, args: extra })
  const p = await b.newPage({ viewport: { width: 1280, height: 800 } })
  await p.setContent('<body style="background:#fff">' + '<p style="font:14px sans-serif">storefront-3 发布到 storefront-production 从 2026/12/24 18:00 到 2027/1/2</p>'.repeat(20))
  console.log(extra, (await p.screenshot()).length)
  await b.close()
}
