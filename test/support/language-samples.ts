/** Names, towns and sentences of a language, and the older encodings in which it is written. */
export interface LanguageSample {
  encodings: readonly string[];
  words: readonly string[];
}

const words = (...lines: string[]) => lines.join(' ').split(' ');

/** Languages that are written in Windows-1252. */
export const western: Record<string, LanguageSample> = {
  German: {
    encodings: ['windows-1252'],
    words: words(
      'Jürgen Müller Groß Königsallee Düsseldorf Köln München Nürnberg Straße Gärtner Bäcker Schröder Weiß Größe',
      'Änderung Österreich Übung für über wäre möchte Büro Preis 12 € – „gut“ Günther Köhler Jäger Vögele Übersicht',
    ),
  },
  French: {
    encodings: ['windows-1252'],
    words: words(
      'Hélène née à Besançon L’été créé Noël François Benoît Côté première dernière société Téléphone numéro',
      'Évreux Orléans Châteauroux Nîmes Périgueux où très après août cœur sœur œuvre garçon leçon façon',
      'Jérôme Thérèse Gaël Zoé élève référence règlement déjà voilà même être forêt hôtel goût sûr île maître',
    ),
  },
  Spanish: {
    encodings: ['windows-1252'],
    words: words(
      'Íñigo Núñez ¿Qué? ¡Así! Peña Cía. España año niño señor Muñoz Ibáñez Málaga Cádiz Córdoba León Ávila',
      'teléfono dirección información código país José María Jesús Ángel Óscar Úrsula pingüino vergüenza',
    ),
  },
  Italian: {
    encodings: ['windows-1252'],
    words: words(
      'città qualità società università perché più può già così è caffè Nicolò Forlì martedì lunedì Cantù',
      'però là sarà età novità unità proprietà libertà Niccolò Salò L’Aquila Mondovì virtù',
    ),
  },
  Portuguese: {
    encodings: ['windows-1252'],
    words: words(
      'São João Conceição Simões Guimarães Magalhães não pão mãe irmã manhã avô você três mês português Câmara',
      'Antônio ação endereço preço coração informação descrição Brandão Évora Setúbal Ângela Luís André',
    ),
  },
  Swedish: {
    encodings: ['windows-1252'],
    words: words('Åsa Öberg Malmö Göteborg Västerås Linköping Sjöström Håkan Björn Märta Växjö på från år'),
  },
  Danish: {
    encodings: ['windows-1252'],
    words: words('Søren Sørensen Ærø Aalborg Åse Bjørnson Æble på øen Jørgensen København Nørrebro Kjær'),
  },
  Norwegian: {
    encodings: ['windows-1252'],
    words: words('Tromsø Bodø Ålesund Bærum Håkon Øystein Kåre Bjørg Sæther Åsen Grønland Østfold'),
  },
  Finnish: {
    encodings: ['windows-1252'],
    words: words('Jyväskylä Hämeenlinna Mäkinen Väinö Yrjö Äänekoski Töölö Nieminen Hyvinkää Åbo Päivi'),
  },
  Dutch: {
    encodings: ['windows-1252'],
    words: words(
      'Zoë België Daniël Curaçao coördinatie reünie geïnteresseerd financiële één café Noël Chloë',
      'ideeën geüpload € 12,50 ’s-Gravenhage efficiëntie Israël Italië',
    ),
  },
  Icelandic: {
    encodings: ['windows-1252'],
    words: words(
      'Guðrún Sigurður Þór Jónsdóttir Ólafur Ægir Hafnarfjörður Kópavogur Ísafjörður Sauðárkrókur Garðabær',
      'Þórðarson Guðmundsdóttir Davíð Eyþór Bryndís við Egilsstaðir Friðrik Sæmundur Höfðabakki póstnúmer',
    ),
  },
};

/** Others, with every encoding in which they are found. */
export const rivals: Record<string, LanguageSample> = {
  Polish: {
    encodings: ['windows-1250', 'iso-8859-2'],
    words: words(
      'Paweł Łukasz Wiśniewski Zażółć gęślą jaźń Świętosława Kraków Łódź Gdańsk Poznań Małgorzata Żółkiewski',
      'ulica Długa miesiąc są kończyć Wałęsa Brzęczyszczykiewicz ćma koń książka mężczyzna',
    ),
  },
  Czech: {
    encodings: ['windows-1250', 'iso-8859-2'],
    words: words(
      'Dvořák Žižka Příliš žluťoučký kůň úpěl ďábelské ódy Černý Novotný Jiří Kučera Němec Plzeň Třebíč',
      'Děčín Růžička Čapek Šťastný Havlíček Brno-střed město ulice účet řeč',
    ),
  },
  Slovak: {
    encodings: ['windows-1250', 'iso-8859-2'],
    words: words(
      'Košice Žilina Ľubomír Štefánik Ďurica Kováč Horváth Ťažký vŕba stĺp Nové Zámky päť deň kôň',
    ),
  },
  Hungarian: {
    encodings: ['windows-1250', 'iso-8859-2'],
    words: words(
      'Győr Erdős Fűzfő Nagykőrös Szűcs Kőszeg Gyöngyös Hűvösvölgy Őrség Dezső Jenő Ernő erdő tűz bőr zöld',
    ),
  },
  Romanian: {
    encodings: ['windows-1250', 'iso-8859-2'],
    words: words(
      'Bucureşti Iaşi Constanţa Ştefan Ţepeş Brăila Mureş Timişoara Găină Năstase Bălaşa Mănăstire',
    ),
  },
  Croatian: {
    encodings: ['windows-1250', 'iso-8859-2'],
    words: words('Čović Đuro Šibenik Žarko Kovačić Đakovo Međimurje Jurišić Petrović Ćosić Varaždin Požega'),
  },
  Slovenian: {
    encodings: ['windows-1250', 'iso-8859-2'],
    words: words(
      'Črnomelj Žalec Škofja Loka Kočevje Novak Zupančič Mišič Košir Jančar Reberšek Pečnik Čebulj',
    ),
  },
  Turkish: {
    encodings: ['windows-1254'],
    words: words(
      'Şükrü Ağaoğlu İsmail Işık Ayşe Yıldız İstanbul Eskişehir Muğla Beyoğlu Doğan Kılıç Güneş Ağrı',
    ),
  },
  Latvian: {
    encodings: ['windows-1257', 'iso-8859-13'],
    words: words(
      'Rīga Jānis Bērziņš Kalniņš Liepāja Jūrmala Ģirts Ķekava Ļubova Ozoliņš Daugavpils Rēzekne Ērgļi',
    ),
  },
  Lithuanian: {
    encodings: ['windows-1257', 'iso-8859-13'],
    words: words(
      'Šiauliai Žemaitė Čiurlionis Kęstutis Jūratė Panevėžys Mažeikiai Ąžuolas Įmonė Ūkmergė Algirdas',
    ),
  },
  Greek: {
    encodings: ['windows-1253', 'iso-8859-7'],
    words: words(
      'Γιώργος Παπαδόπουλος Μαρία Νικολάου Αθήνα Θεσσαλονίκη Ελλάδα οδός αριθμός όνομα και τηλέφωνο',
    ),
  },
  Russian: {
    encodings: ['windows-1251', 'koi8-r', 'iso-8859-5', 'ibm866', 'x-mac-cyrillic'],
    words: words(
      'Иван Петров Москва улица Ленина Анна Смирнова Санкт-Петербург имя адрес город щелкунчик и в',
    ),
  },
  Ukrainian: {
    encodings: ['windows-1251', 'koi8-u'],
    words: words('Київ Львів Олена Шевченко Україна Тарас вулиця Їжак Євген Харків місто номер'),
  },
  Hebrew: {
    encodings: ['windows-1255'],
    words: words('שלום ישראל תל אביב ירושלים דוד כהן לוי רחוב שם מספר'),
  },
  Arabic: {
    encodings: ['windows-1256'],
    words: words('القاهرة محمد أحمد شارع الاسم رقم الهاتف مصر دبي فاطمة'),
  },
  Thai: { encodings: ['windows-874'], words: words('กรุงเทพ เชียงใหม่ สมชาย ชื่อ ที่อยู่ ถนน โทรศัพท์ ประเทศไทย นคร') },
  Chinese: {
    encodings: ['gbk', 'gb18030'],
    words: words(
      '王小明 北京市 朝阳区 建国路 李娜 这是 我们的 中国公司 在上海 地址 电话 张伟 广州 深圳市 姓名 编号',
    ),
  },
  'traditional Chinese': {
    encodings: ['big5'],
    words: words('王小明 這是 我們的 公司 在臺北 地址 電話 高雄市 陳志豪 林美玲 新竹縣 姓名 編號 中山路'),
  },
  Korean: {
    encodings: ['euc-kr'],
    words: words(
      '김철수 서울특별시 강남구 테헤란로 이영희 부산광역시 해운대구 이름 주소 번호 박지민 대구 제주도',
    ),
  },
  'western on a Macintosh': {
    encodings: ['macintosh'],
    words: words('Hélène Besançon août Müller Köln Straße François Noël España niño São João Åse Malmö'),
  },
};

/** Japanese, which is detected from a few words on. */
export const japanese: LanguageSample = {
  encodings: ['shift_jis', 'euc-jp'],
  words: words(
    '佐藤 葵 サトウ アオイ 東京都 千代田区 丸の内 鈴木一郎 大阪市北区 梅田 です ありがとうございます 株式会社 お客様番号',
    '北海道 横浜市 ヤマダ タロウ カタカナ 電話番号 ひらがな 田中 高橋 フリガナ コード 請求書',
  ),
};
