/** A text in both languages of the shop. */
export interface Text {
  en: string;
  ru: string;
}

/** A kind of product: what it is called, about what it costs, and in how many days it is used up (if it is). */
interface Noun extends Text {
  /** Usual price in EUR. */
  price: number;
  rebuyDays?: number;
}

interface Shelf {
  category: Text;
  nouns: readonly Noun[];
}

/** A department of the shop, and the taste cluster that goes with it. */
export interface Department {
  key: string;
  /** Name of the taste cluster. */
  taste: string;
  brands: readonly string[];
  /** Ends of product names, such as need no grammatical agreement. */
  variants: { durable: readonly Text[]; consumable: readonly Text[] };
  shelves: readonly Shelf[];
  /** Demand of the department against its yearly mean, January first. */
  months: readonly number[];
  /** Mean of the true elasticities. */
  elasticity: number;
  /** Share of orders of the department that are given back, against the shop's mean. */
  refunds: number;
  /** Effect of the department of a customer's last order on the logarithm of their drop-out rate. */
  dropOut: number;
}

const noun = (en: string, ru: string, price: number, rebuyDays?: number): Noun => ({ en, ru, price, rebuyDays });
const text = (en: string, ru: string): Text => ({ en, ru });

export const departments: readonly Department[] = [
  {
    key: 'kitchen',
    taste: 'home cook',
    brands: ['Nordlys', 'Terra & Co', 'Kupfer', 'Mesa'],
    variants: {
      durable: [
        text('classic line', 'классическая серия'),
        text('set of 2', 'набор из 2'),
        text('large', 'большой размер'),
        text('black', 'цвет: чёрный'),
      ],
      consumable: [
        text('pack of 3', '3 штуки'),
        text('refill', 'запасная упаковка'),
        text('eco', 'эко-серия'),
        text('large pack', 'большая упаковка'),
      ],
    },
    shelves: [
      {
        category: text('Home > Kitchen', 'Дом > Кухня'),
        nouns: [
          noun('Cutting Board', 'Разделочная доска', 24),
          noun('Chef’s Knife', 'Поварской нож', 48),
          noun('Frying Pan', 'Сковорода', 42),
          noun('Saucepan', 'Сотейник', 38),
          noun('Mixing Bowl', 'Миска для теста', 17),
          noun('Spice Mill', 'Мельница для специй', 21),
          noun('Baking Paper', 'Бумага для выпечки', 6, 55),
          noun('Dish Soap', 'Средство для посуды', 5, 35),
        ],
      },
      {
        category: text('Home > Dining', 'Дом > Столовая'),
        nouns: [
          noun('Dinner Plate', 'Обеденная тарелка', 14),
          noun('Wine Glass', 'Бокал для вина', 12),
          noun('Cutlery Set', 'Столовые приборы', 39),
          noun('Table Runner', 'Дорожка на стол', 22),
        ],
      },
    ],
    months: [0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.9, 0.95, 1, 1.05, 1.15, 1.25],
    elasticity: -2.0,
    refunds: 0.9,
    dropOut: 0,
  },
  {
    key: 'living',
    taste: 'cosy home',
    brands: ['Hygge Hus', 'Lumen', 'Weberei', 'Ostra'],
    variants: {
      durable: [
        text('sage', 'цвет: шалфей'),
        text('sand', 'цвет: песок'),
        text('natural', 'натуральный цвет'),
        text('large', 'большой размер'),
      ],
      consumable: [
        text('vanilla', 'ваниль'),
        text('cedar', 'кедр'),
        text('fig', 'инжир'),
        text('fresh linen', 'свежее бельё'),
      ],
    },
    shelves: [
      {
        category: text('Home > Living room', 'Дом > Гостиная'),
        nouns: [
          noun('Throw Blanket', 'Плед', 46),
          noun('Cushion Cover', 'Чехол на подушку', 19),
          noun('Table Lamp', 'Настольная лампа', 59),
          noun('Vase', 'Ваза', 27),
          noun('Picture Frame', 'Рамка для фото', 16),
          noun('Scented Candle', 'Ароматическая свеча', 18, 45),
        ],
      },
      {
        category: text('Home > Bedroom', 'Дом > Спальня'),
        nouns: [
          noun('Bed Linen', 'Постельное бельё', 64),
          noun('Pillow', 'Подушка', 34),
          noun('Fitted Sheet', 'Простыня на резинке', 29),
          noun('Night Light', 'Ночник', 23),
        ],
      },
    ],
    months: [1.05, 1, 0.95, 0.9, 0.85, 0.8, 0.8, 0.9, 1.05, 1.15, 1.25, 1.3],
    elasticity: -2.6,
    refunds: 1.3,
    dropOut: 0.2,
  },
  {
    key: 'beauty',
    taste: 'self-care',
    brands: ['Flora Nord', 'Mineralis', 'Aqua Vita', 'Ruhe'],
    variants: {
      durable: [
        text('travel size', 'дорожный размер'),
        text('pro', 'серия pro'),
        text('white', 'цвет: белый'),
        text('gentle', 'бережная серия'),
      ],
      consumable: [
        text('aloe vera', 'алоэ вера'),
        text('unscented', 'без запаха'),
        text('travel size', 'дорожный размер'),
        text('family size', 'большая упаковка'),
      ],
    },
    shelves: [
      {
        category: text('Beauty > Skin care', 'Красота > Уход за кожей'),
        nouns: [
          noun('Face Cream', 'Крем для лица', 24, 60),
          noun('Cleansing Gel', 'Гель для умывания', 13, 45),
          noun('Hand Cream', 'Крем для рук', 8, 40),
          noun('Serum', 'Сыворотка', 32, 75),
          noun('Sun Cream', 'Солнцезащитный крем', 16),
        ],
      },
      {
        category: text('Beauty > Hair', 'Красота > Волосы'),
        nouns: [
          noun('Shampoo', 'Шампунь', 11, 40),
          noun('Conditioner', 'Бальзам для волос', 12, 45),
          noun('Hair Brush', 'Щётка для волос', 19),
          noun('Hair Dryer', 'Фен', 58),
        ],
      },
    ],
    months: [1, 1, 1, 1, 1.05, 1.1, 1.05, 1, 0.95, 0.95, 1, 1.1],
    elasticity: -1.5,
    refunds: 0.8,
    dropOut: -0.2,
  },
  {
    key: 'pets',
    taste: 'pet lover',
    brands: ['Pfote', 'Miau', 'Waldtier', 'Tierhof'],
    variants: {
      durable: [
        text('small', 'малый размер'),
        text('large', 'большой размер'),
        text('grey', 'цвет: серый'),
        text('natural', 'натуральные материалы'),
      ],
      consumable: [
        text('value pack', 'выгодная упаковка'),
        text('small pack', 'малая упаковка'),
        text('sensitive', 'для чувствительных'),
        text('family pack', 'семейная упаковка'),
      ],
    },
    shelves: [
      {
        category: text('Pets > Dogs', 'Питомцы > Собаки'),
        nouns: [
          noun('Dry Dog Food', 'Сухой корм для собак', 26, 30),
          noun('Dog Treats', 'Лакомство для собак', 7, 28),
          noun('Dog Leash', 'Поводок', 18),
          noun('Dog Bed', 'Лежанка для собаки', 52),
        ],
      },
      {
        category: text('Pets > Cats', 'Питомцы > Кошки'),
        nouns: [
          noun('Cat Food', 'Корм для кошек', 21, 28),
          noun('Cat Litter', 'Наполнитель для лотка', 12, 25),
          noun('Scratching Post', 'Когтеточка', 44),
          noun('Cat Toy', 'Игрушка для кошки', 8),
        ],
      },
    ],
    months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.05],
    elasticity: -1.2,
    refunds: 0.6,
    dropOut: -0.35,
  },
  {
    key: 'garden',
    taste: 'gardener',
    brands: ['Grünwerk', 'Terrasse', 'Botanica', 'Regen'],
    variants: {
      durable: [
        text('terracotta', 'цвет: терракота'),
        text('green', 'цвет: зелёный'),
        text('extra strong', 'усиленная серия'),
        text('compact', 'компактная серия'),
      ],
      consumable: [
        text('5 litres', '5 литров'),
        text('organic', 'органика'),
        text('universal', 'универсальная серия'),
        text('for balconies', 'для балкона'),
      ],
    },
    shelves: [
      {
        category: text('Garden > Plants', 'Сад > Растения'),
        nouns: [
          noun('Plant Labels', 'Таблички для растений', 4),
          noun('Plant Pot', 'Цветочный горшок', 15),
          noun('Potting Soil', 'Грунт', 11, 60),
          noun('Plant Food', 'Удобрение', 9, 50),
          noun('Raised Bed', 'Высокая грядка', 89),
        ],
      },
      {
        category: text('Garden > Tools', 'Сад > Инструменты'),
        nouns: [
          noun('Pruning Shears', 'Секатор', 27),
          noun('Watering Can', 'Лейка', 23),
          noun('Garden Gloves', 'Садовые перчатки', 10),
          noun('Hand Trowel', 'Садовый совок', 13),
        ],
      },
    ],
    months: [0.5, 0.65, 1.2, 1.7, 1.7, 1.45, 1.15, 1, 0.95, 0.75, 0.5, 0.45],
    elasticity: -2.3,
    refunds: 0.9,
    dropOut: 0.25,
  },
  {
    key: 'sport',
    taste: 'athlete',
    brands: ['Lauf', 'Peak & Pine', 'Motus', 'Kraft'],
    variants: {
      durable: [
        text('pro', 'серия pro'),
        text('light', 'облегчённая версия'),
        text('black', 'цвет: чёрный'),
        text('blue', 'цвет: синий'),
      ],
      consumable: [
        text('chocolate', 'шоколад'),
        text('vanilla', 'ваниль'),
        text('berries', 'ягоды'),
        text('natural', 'натуральный вкус'),
      ],
    },
    shelves: [
      {
        category: text('Sports > Fitness', 'Спорт > Фитнес'),
        nouns: [
          noun('Yoga Mat', 'Коврик для йоги', 36),
          noun('Resistance Band', 'Эспандер', 14),
          noun('Dumbbell', 'Гантель', 29),
          noun('Foam Roller', 'Массажный ролик', 25),
          noun('Protein Powder', 'Протеин', 27, 35),
          noun('Energy Bar', 'Энергетический батончик', 4, 25),
        ],
      },
      {
        category: text('Sports > Outdoor', 'Спорт > Поход'),
        nouns: [
          noun('Water Bottle', 'Бутылка для воды', 19),
          noun('Backpack', 'Рюкзак', 69),
          noun('Head Torch', 'Налобный фонарь', 33),
          noun('Trail Socks', 'Трекинговые носки', 13),
        ],
      },
    ],
    months: [1.35, 1.1, 1.05, 1.05, 1.1, 1.05, 1, 0.95, 0.95, 0.85, 0.8, 0.85],
    elasticity: -2.6,
    refunds: 1.5,
    dropOut: 0.1,
  },
  {
    key: 'pantry',
    taste: 'coffee and tea',
    brands: ['Rösterei 9', 'Blatt & Bohne', 'Sencha Haus', 'Honigmann'],
    variants: {
      durable: [
        text('small', 'малый размер'),
        text('large', 'большой размер'),
        text('copper', 'цвет: медь'),
        text('white', 'цвет: белый'),
      ],
      consumable: [
        text('250 g', '250 г'),
        text('500 g', '500 г'),
        text('organic', 'органика'),
        text('gift box', 'подарочная упаковка'),
      ],
    },
    shelves: [
      {
        category: text('Food > Coffee', 'Еда > Кофе'),
        nouns: [
          noun('Coffee Beans', 'Кофе в зёрнах', 13, 24),
          noun('Ground Coffee', 'Молотый кофе', 9, 24),
          noun('Espresso Maker', 'Гейзерная кофеварка', 37),
          noun('Coffee Filters', 'Фильтры для кофе', 4, 45),
          noun('Milk Frother', 'Капучинатор', 28),
        ],
      },
      {
        category: text('Food > Tea and sweets', 'Еда > Чай и сладости'),
        nouns: [
          noun('Green Tea', 'Зелёный чай', 9, 38),
          noun('Herbal Tea', 'Травяной чай', 7, 38),
          noun('Honey', 'Мёд', 8, 50),
          noun('Dark Chocolate', 'Горький шоколад', 4, 21),
          noun('Tea Pot', 'Заварочный чайник', 34),
        ],
      },
    ],
    months: [1.05, 1, 1, 0.95, 0.9, 0.85, 0.85, 0.85, 1, 1.1, 1.15, 1.35],
    elasticity: -1.3,
    refunds: 0.5,
    dropOut: -0.3,
  },
  {
    key: 'desk',
    taste: 'creative desk',
    brands: ['Papierwerk', 'Tinte', 'Atelier 7', 'Linea'],
    variants: {
      durable: [
        text('blue', 'цвет: синий'),
        text('green', 'цвет: зелёный'),
        text('limited edition', 'ограниченная серия'),
        text('gift set', 'подарочный набор'),
      ],
      consumable: [
        text('small', 'малый формат'),
        text('large', 'большой формат'),
        text('recycled', 'эко-серия'),
        text('set of 3', 'набор из 3'),
      ],
    },
    shelves: [
      {
        category: text('Office > Stationery', 'Офис > Канцелярия'),
        nouns: [
          noun('Notebook', 'Записная книжка', 12, 70),
          noun('Fountain Pen', 'Перьевая ручка', 34),
          noun('Ink Cartridges', 'Чернильные картриджи', 7, 60),
          noun('Desk Organiser', 'Органайзер', 26),
          noun('Wall Calendar', 'Настенный календарь', 17),
        ],
      },
      {
        category: text('Office > Art supplies', 'Офис > Творчество'),
        nouns: [
          noun('Watercolour Set', 'Акварель', 29),
          noun('Sketch Pad', 'Альбом для эскизов', 11, 55),
          noun('Brush Set', 'Набор кистей', 18),
          noun('Coloured Pencils', 'Цветные карандаши', 16),
        ],
      },
    ],
    months: [1.1, 0.95, 0.95, 0.95, 0.9, 0.85, 0.8, 1.2, 1.3, 1, 1.05, 1.25],
    elasticity: -2.1,
    refunds: 0.9,
    dropOut: 0.05,
  },
];

/** What visitors look for and the shop has not got. */
export const fruitlessSearches: readonly Text[] = [
  text('gift card', 'подарочная карта'),
  text('bicycle', 'велосипед'),
  text('laptop', 'ноутбук'),
  text('winter tyres', 'зимняя резина'),
];
