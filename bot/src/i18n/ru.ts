import type { AnomalySeverity, MetricName, ModelStatus, Role } from '../generated/graphql.ts';
import type { Words } from './en.ts';
import { plural } from './plural.ts';

const customers = plural('ru-RU', {
  one: '# покупатель',
  few: '# покупателя',
  many: '# покупателей',
  other: '# покупателя',
});
const orders = plural('ru-RU', { one: '# заказ', few: '# заказа', many: '# заказов', other: '# заказа' });
const days = plural('ru-RU', { one: '# день', few: '# дня', many: '# дней', other: '# дня' });
const products = plural('ru-RU', { one: '# товар', few: '# товара', many: '# товаров', other: '# товара' });

const roles: Record<Role, string> = {
  ADMIN: 'администратор',
  ANALYST: 'аналитик',
  MARKETER: 'маркетолог',
  VIEWER: 'наблюдатель',
};

const metricNames: Record<MetricName, string> = {
  AVERAGE_ORDER_VALUE: 'Средний чек',
  CONVERSION_RATE: 'Конверсия',
  CUSTOMERS: 'Покупатели',
  DISCOUNTS: 'Скидки',
  ORDERS: 'Заказы',
  PRODUCT_VIEWS: 'Просмотры товаров',
  REFUNDS: 'Возвраты',
  REVENUE: 'Выручка',
  VISITS: 'Визиты',
};

const severities: Record<AnomalySeverity, string> = {
  CRITICAL: 'посмотрите сейчас',
  WARNING: 'стоит посмотреть',
  NOTICE: 'к сведению',
};

const modelStatuses: Record<ModelStatus, string> = {
  SERVED: 'отвечает',
  BELOW_BASELINE: 'не лучше простой оценки и поэтому не отвечает',
  NEVER_TRAINED: 'ещё не обучалась',
  NOT_ENOUGH_DATA: 'не хватает данных',
};

/** Every text of the bot in Russian. */
export const ru: Words = {
  language: 'Русский',
  counts: { customers, orders, days, products },

  commands: {
    menu: 'Меню: обзор, сегменты, покупатели, товары',
    overview: 'Выручка, заказы и покупатели за период',
    experiments: 'Эксперименты и что о них можно сказать',
    find: 'Покупатель по номеру магазина: /find 17850',
    language: 'English / Русский',
    help: 'Что умеет этот бот',
    unlink: 'Отключить этот чат от учётной записи',
  },
  description:
    'Покупатели, сегменты, отток, товары и аномалии вашего магазина. Подключите чат из панели: меню учётной записи → Telegram.',

  link: {
    needed: 'Этот чат ещё не подключён к учётной записи.',
    how: (publicUrl) =>
      `Откройте панель ${publicUrl}, выберите <b>Telegram</b> в меню учётной записи и пришлите мне код, который она покажет:`,
    example: '/start КОД',
    lifetime: 'Код действует один раз и 15 минут.',
    done: (name, role) => `Подключено. Теперь я отвечаю от имени ${name} (${roles[role]}).`,
    refused: 'Этот код не подходит. Возможно, он уже использован или ему больше 15 минут.',
    tooMany: 'В этом чате перепробовано слишком много кодов. Подождите несколько минут и возьмите новый код.',
    groupNote: 'Всё, что я отвечаю здесь, видят все участники группы.',
  },
  unlink: {
    ask: 'Отключить этот чат? Я забуду, к какой учётной записи он относится.',
    yes: 'Отключить',
    no: 'Оставить',
    done: 'Чат отключён. Новый код подключит его снова.',
    expired: 'Этот вопрос устарел. Отправьте /unlink ещё раз.',
    admins: 'В группе это могут сделать только её администраторы.',
  },
  languageQuestion: 'На каком языке мне отвечать в этом чате?',
  languageSet: 'Здесь я буду отвечать по-русски.',
  help: {
    title: 'Что я умею',
    lines: [
      '/menu – меню; его сообщение меняется на месте, когда вы нажимаете кнопки',
      '/overview – выручка, заказы и покупатели за период в сравнении с предыдущим',
      '/experiments – что проверяется и что об этом можно сказать',
      '/find 17850 – покупатель по номеру магазина: отток, причины и рекомендации',
      '/language – English или русский',
      '/unlink – отключить этот чат',
    ],
    age: 'В каждом ответе сказано, на какой момент цифры и по каким часам.',
  },
  unknownText: 'Я понимаю кнопки и команды. Список команд – /help.',

  menu: {
    title: (shop) => shop,
    today: (day) => `Сегодня по часам магазина: ${day}`,
    question: 'Что показать?',
    account: (name, role) => `Отвечаю от имени ${name} (${roles[role]}).`,
    overview: '📊 Обзор',
    segments: '👥 Сегменты',
    risk: '⚠️ Покупатели под угрозой',
    products: '🏷 Товары',
    anomalies: '🔎 Аномалии',
    models: '🧠 Модели',
    experiments: '🧪 Эксперименты',
    language: '🌐 English',
    dashboard: 'Открыть панель',
    home: '☰ Меню',
    back: '← Назад',
    refresh: '⟳ Обновить',
  },
  pager: { previous: '‹ Назад', next: 'Вперёд ›' },

  age: {
    asOf: (moment) => `По данным на ${moment}`,
    justNow: 'только что',
    historical: 'исторические данные: часы стоят на последнем событии',
    demo: 'демонстрационный магазин',
    partial: 'Часть графа не ответила; её данных здесь нет.',
  },

  periods: { '7': '7 дней', '28': '28 дней', '91': '91 день', '364': '364 дня', all: 'Всё время' },
  overview: {
    title: (period) => `Обзор · ${period}`,
    compared: (days) => `в сравнении с ${days}`,
    notCompared: 'сравнить не с чем: предыдущий период начинается раньше первого дня с данными',
    todayOpen: ' · сегодня ещё не кончилось',
    revenue: 'Выручка',
    netRevenue: 'За вычетом возвратов',
    refunds: 'Возвраты',
    orders: 'Заказы',
    customers: 'Покупатели',
    newCustomers: 'Купили впервые',
    averageOrder: 'Средний чек',
    conversion: 'Конверсия',
    visits: 'Визиты',
    isNew: 'впервые',
    same: 'без изменений',
    chart: '📈 График',
    none: 'За этот период данных нет.',
  },
  chart: {
    title: (period) => `Выручка · ${period}`,
    perDay: 'по дням',
    perWeek: 'по неделям',
    perMonth: 'по месяцам',
    current: 'этот период',
    previous: 'предыдущий период',
    open: 'Последняя точка – пунктиром: её время ещё не кончилось.',
    close: '✕ Закрыть',
    empty: 'В этом периоде нет выручки для графика.',
  },

  segments: {
    title: 'Сегменты',
    none: 'Сегментов пока нет. Они появятся, когда сегментация будет обучена.',
    typical: 'Типичный покупатель',
    recency: (count) => `покупал ${count} назад`,
    monetary: (amount) => `всего ${amount}`,
    revenue: 'Выручка сегмента',
    churn: 'Средняя вероятность оттока',
    atRisk: '⚠️ Под угрозой в этом сегменте',
    gone: 'Этого сегмента больше нет. Вот сегменты на сейчас.',
  },

  risk: {
    title: 'Покупатели под угрозой оттока',
    titleIn: (segment) => `Под угрозой оттока · ${segment}`,
    rule: 'Вероятность оттока от 50 %, по убыванию выручки, которую ещё можно удержать',
    toSave: (part, revenue) => `можно удержать ${part} из ${revenue}`,
    top: (shown, total) => `первые ${shown} из ${total}`,
    none: 'Нет покупателей с вероятностью оттока от 50 %.',
    unavailable: 'Вероятностей оттока сейчас нет. Почему – /menu → Модели.',
    page: (page, pages) => `страница ${page} из ${pages}`,
    choose: 'Нажмите номер, чтобы увидеть причины и что предложить.',
    moved: 'Список с тех пор изменился. Вот каким он стал.',
  },
  customer: {
    anonymous: 'Посетитель без учётной записи',
    email: 'Почта',
    from: 'Откуда',
    revenue: 'Выручка',
    lastOrder: (days) => `последний заказ ${days} назад`,
    segment: 'Сегмент',
    churn: 'Отток',
    churnWithin: (days) => `не купит за ${days}`,
    bands: { LOW: 'низкая', MEDIUM: 'средняя', HIGH: 'высокая' },
    value: 'Ожидается за 12 месяцев',
    lately: 'В последнее время',
    recommendations: 'Рекомендации',
    notPersonal: 'не личные',
    version: (version) => `версия модели ${version}`,
    notFound: (id) => `Покупателя с номером ${id} нет.`,
    similar: 'Номера, которые с него начинаются:',
    findUsage: 'Пришлите номер покупателя в магазине после команды:',
    findExample: '/find 17850',
    interval: (low, high) => `от ${low} до ${high}`,
  },

  products: {
    title: 'Товары по выручке',
    none: 'Товаров пока нет.',
    elasticity: (value, low, high) => `эластичность ${value} (от ${low} до ${high})`,
    meaning: 'Эластичность: на сколько процентов меняются продажи при изменении цены на один процент, с интервалом.',
    units: (count) => `продано ${count}`,
    noElasticity: 'эластичности нет',
  },

  experiments: {
    title: 'Эксперименты',
    none: 'Сейчас ничего не проверяют. Эксперименты создают в панели.',
    statuses: { DRAFT: 'черновик', RUNNING: 'идёт', STOPPED: 'остановлен', ARCHIVED: 'в архиве' },
    since: (status, day) => `${status}, запущен ${day}`,
    people: plural('ru-RU', {
      one: 'увидел # человек',
      few: 'увидели # человека',
      many: 'увидели # человек',
      other: 'увидели # человека',
    }),
    decisions: {
      NOT_ENOUGH_DATA: () => 'Пока мало данных',
      KEEP_RUNNING: () => 'Продолжать: уверенности ещё нет',
      WINNER: (variant) => `«${variant}» лучше`,
      KEEP_CONTROL: (variant) => `Оставить «${variant}»`,
      NO_WORTHWHILE_DIFFERENCE: () => 'Стоящей разницы нет',
      GUARD_HARMED: (variant) => `«${variant}» вредит`,
      INVALID: () => 'Доверять нельзя: проверьте, как разделились люди',
    },
  },
  anomalies: {
    title: 'Аномалии',
    none: 'Ничего необычного не найдено.',
    expected: (value, low, high) => `ожидалось ${value} (от ${low} до ${high})`,
    metricNames,
    severities,
  },

  models: {
    title: 'Модели',
    none: 'Моделей нет.',
    statuses: modelStatuses,
    version: (version, day) => `версия ${version}, данные по ${day}`,
    against: (metric, value, baselineName, baseline) =>
      `${metric}: ${value}; простое правило (${baselineName}): ${baseline}`,
  },

  faults: {
    unreachable: 'Граф магазина сейчас не отвечает. Попробуйте через минуту.',
    busy: 'Граф магазина сейчас перегружен. Попробуйте через минуту.',
    forbidden: 'Вашей учётной записи это недоступно. Нужную роль может дать администратор.',
    signedOut:
      'Сейчас не получилось ответить от вашего имени. Попробуйте ещё раз; если не поможет, подключите чат заново.',
    unexpected: 'У меня что-то пошло не так, подробности в журнале. Попробуйте ещё раз.',
    flood: 'Помедленнее, пожалуйста: я отвечу снова через несколько секунд.',
    oldButton: 'Эта кнопка здесь не действует. Свежую откроет /menu.',
  },
};
