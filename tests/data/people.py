"""Names, places and words from which the demo data is made, by language.

Where a script is not Latin, a name is written as native/latin: the latter goes into e-mail addresses and domains.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Locale:
    language: str
    country: str
    timezone: str
    currency: str
    phone: str           # calling code and area code
    postal: str          # # is a digit
    share: int           # how many of a hundred accounts are here
    women: tuple         # (native, latin) pairs
    men: tuple
    families: tuple
    cities: tuple        # (native, ISO 3166-2 or empty)
    streets: tuple
    house: str           # {street} and {number}
    companies: tuple     # {name} is a family name
    salutations: tuple   # women, men
    feminine: tuple = ()  # endings of family names, as (masculine, feminine)


def pairs(text):
    return tuple((native, latin or native) for native, _, latin in (name.partition("/") for name in text.split()))


def lines(text):
    return tuple(line.strip() for line in text.split(",") if line.strip())


def places(text):
    return tuple((city.strip(), code.strip()) for city, _, code in (item.partition("=") for item in text.split(",")))


LOCALES = (
    Locale(
        "de-DE", "DE", "Europe/Berlin", "EUR", "+49 30", "#####", 16,
        pairs("Anna Lena Sophie Käthe/Kaethe Ursula Jördis/Joerdis Heike Sabine Mira Franziska Zoë/Zoe Birgit Aylin"),
        pairs("Jürgen/Juergen Lukas Björn/Bjoern Matthias Stefan Günther/Guenther Paul Kai Jörg/Joerg Emil Tobias Uwe"),
        pairs("Müller/Mueller Schmidt Weiß/Weiss Schröder/Schroeder Meyer Krüger/Krueger Voß/Voss Bäcker/Baecker Wagner "
              "Groß/Gross Hoffmann Löwenthal/Loewenthal Yılmaz/Yilmaz Fuchs Brandt Jäger/Jaeger"),
        places("Berlin=DE-BE, Hamburg=DE-HH, München=DE-BY, Köln=DE-NW, Düsseldorf=DE-NW, Leipzig=DE-SN, Lübeck=DE-SH, "
               "Görlitz=DE-SN, Frankfurt am Main=DE-HE"),
        lines("Hauptstraße, Lindenallee, Am Stadtgraben, Goethestraße, Königsweg, Hafenstraße, Mühlgasse"),
        "{street} {number}",
        lines("{name} Maschinenbau GmbH, {name} & Söhne KG, {name} Logistik AG, {name} Elektrotechnik GmbH, "
              "Spedition {name} GmbH & Co. KG, {name} Verlag GmbH"),
        ("Frau", "Herr"),
    ),
    Locale(
        "en-US", "US", "America/New_York", "USD", "+1 212", "#####", 14,
        pairs("Emily Grace Madison Aaliyah Chloe Hannah Brooke Imani Megan Olivia Valentina Skylar Ruth"),
        pairs("Michael Tyler DeShawn Logan Ethan Marcus Wyatt Carlos Austin Henry Noah Malik"),
        pairs("Johnson Williams O'Brien/obrien García/Garcia Nguyen Washington Miller Anderson McCarthy Rodriguez "
              "Kowalski Patel Jackson Smith-Jones St.Clair/stclair"),
        places("New York=US-NY, Austin=US-TX, Chicago=US-IL, Seattle=US-WA, Denver=US-CO, Atlanta=US-GA, San José=US-CA"),
        lines("Main Street, Oak Avenue, Lakeview Drive, 5th Avenue, Market Street, Elm Street, Broadway"),
        "{number} {street}",
        lines("{name} Industries Inc., {name} & Partners LLC, {name} Software Corp., {name} Foods Inc., "
              "{name} Medical Devices LLC, {name} Freight Company"),
        ("Ms.", "Mr."),
    ),
    Locale(
        "en-GB", "GB", "Europe/London", "GBP", "+44 20", "EC#A #BB", 8,
        pairs("Charlotte Fiona Beatrice Poppy Niamh Priya Imogen Harriet Siân/Sian Isla"),
        pairs("Oliver George Callum Rhys Alistair Harry Imran Graham Seán/Sean Nigel"),
        pairs("Smith Taylor Davies Fitzgerald MacDonald Khan Wright Thompson Pemberton Hughes Ashworth D'Arcy/darcy"),
        places("London=GB-LND, Manchester=GB-MAN, Edinburgh=GB-EDH, Cardiff=GB-CRF, Leeds=GB-LDS, Belfast=GB-BFS"),
        lines("High Street, Station Road, Church Lane, Victoria Road, King's Parade, Mill Lane"),
        "{number} {street}",
        lines("{name} Engineering Ltd, {name} Brothers plc, {name} & Co. Ltd, {name} Insurance Brokers Ltd, "
              "The {name} Trust"),
        ("Ms", "Mr"),
    ),
    Locale(
        "fr-FR", "FR", "Europe/Paris", "EUR", "+33 1", "#####", 8,
        pairs("Élodie/elodie Amélie/amelie Chloé/chloe Manon Noémie/noemie Geneviève/genevieve Fatima Inès/ines Margaux"),
        pairs("François/francois Étienne/etienne Loïc/loic Jean-Luc/jean-luc Rémi/remi Théo/theo Gaël/gael Karim Benoît/benoit"),
        pairs("Lefèvre/lefevre Dupont Béranger/beranger Gauthier L'Hôte/lhote Moreau Benoît/benoit Chevalier Diallo "
              "Desprès/despres Noël/noel Ançay/ancay"),
        places("Paris=FR-75C, Lyon=FR-69M, Besançon=FR-25, Saint-Étienne=FR-42, Nîmes=FR-30, Orléans=FR-45, Nantes=FR-44"),
        lines("rue de la République, avenue Foch, boulevard Voltaire, place de l'Église, quai des Brumes, rue du Château"),
        "{number} {street}",
        lines("{name} et Fils SARL, Établissements {name} SA, {name} Énergie SAS, Société {name}, Transports {name} SAS"),
        ("Madame", "Monsieur"),
    ),
    Locale(
        "es-ES", "ES", "Europe/Madrid", "EUR", "+34 91", "#####", 6,
        pairs("María/maria Begoña/begona Lucía/lucia Inés/ines Carmen Sofía/sofia Montserrat Ainhoa"),
        pairs("José/jose Íñigo/inigo Álvaro/alvaro Jesús/jesus Pablo Andrés/andres Iker Joaquín/joaquin"),
        pairs("Muñoz/munoz Ibáñez/ibanez Núñez/nunez García/garcia Peña/pena Castaño/castano López/lopez Etxeberria "
              "Jiménez/jimenez"),
        places("Madrid=ES-MD, Barcelona=ES-CT, A Coruña=ES-GA, Cádiz=ES-AN, Málaga=ES-AN, Logroño=ES-RI"),
        lines("Calle Mayor, Avenida de la Constitución, Paseo de Gracia, Plaza de España, Calle del Ángel"),
        "{street}, {number}",
        lines("{name} Hermanos S.L., Construcciones {name} S.A., Bodegas {name} S.L., {name} y Asociados S.L.P."),
        ("Sra.", "Sr."),
    ),
    Locale(
        "it-IT", "IT", "Europe/Rome", "EUR", "+39 02", "#####", 5,
        pairs("Giulia Chiara Francesca Niccolina Beatrice Alessia Ludovica Noemi"),
        pairs("Niccolò/niccolo Giosuè/giosue Matteo Lorenzo Davide Salvatore Pietro Enea"),
        pairs("Rossi Ferrari Colombo D'Angelo/dangelo Esposito Nicolò/nicolo Cantù/cantu De_Luca/deluca Moretti Bàrberi/barberi"),
        places("Milano=IT-MI, Roma=IT-RM, Torino=IT-TO, Forlì=IT-FC, Cefalù=IT-PA, Bologna=IT-BO"),
        lines("Via Roma, Corso Vittorio Emanuele, Piazza della Libertà, Via Garibaldi, Viale della Società"),
        "{street}, {number}",
        lines("Fratelli {name} S.r.l., {name} Meccanica S.p.A., Officine {name} S.r.l., {name} Moda S.p.A."),
        ("Sig.ra", "Sig."),
    ),
    Locale(
        "pt-BR", "BR", "America/Sao_Paulo", "BRL", "+55 11", "#####-###", 5,
        pairs("Conceição/conceicao Júlia/julia Letícia/leticia Antônia/antonia Beatriz Luíza/luiza Thaís/thais"),
        pairs("João/joao Sebastião/sebastiao Antônio/antonio Caio Thiago Estêvão/estevao Vinícius/vinicius"),
        pairs("Guimarães/guimaraes Gonçalves/goncalves da_Silva/dasilva Magalhães/magalhaes Araújo/araujo Falcão/falcao Nakamura"),
        places("São Paulo=BR-SP, Brasília=BR-DF, Florianópolis=BR-SC, Goiânia=BR-GO, Belém=BR-PA, Maceió=BR-AL"),
        lines("Rua das Flores, Avenida Paulista, Travessa São João, Alameda Santos, Rua da Consolação"),
        "{street}, {number}",
        lines("{name} Comércio Ltda., Indústrias {name} S.A., {name} Agropecuária Ltda., Construtora {name} S.A."),
        ("Sra.", "Sr."),
    ),
    Locale(
        "nl-NL", "NL", "Europe/Amsterdam", "EUR", "+31 20", "#### AB", 3,
        pairs("Sanne Fleur Anouk Liselotte Renée/renee Zoë/zoe Famke"),
        pairs("Daan Thijs Joost Pieter Maarten Jurriën/jurrien Sjoerd"),
        pairs("de_Vries/devries van_den_Berg/vandenberg Jansen 't_Hooft/thooft Visser Bakker Coëlho/coelho Dijkstra"),
        places("Amsterdam=NL-NH, Rotterdam=NL-ZH, 's-Hertogenbosch=NL-NB, Utrecht=NL-UT, Groningen=NL-GR"),
        lines("Kerkstraat, Prinsengracht, Dorpsstraat, Stationsplein, Nieuwe Gracht"),
        "{street} {number}",
        lines("{name} Bloemen B.V., {name} Scheepvaart N.V., {name} Techniek B.V., Gebroeders {name} B.V."),
        ("Mevrouw", "De heer"),
    ),
    Locale(
        "sv-SE", "SE", "Europe/Stockholm", "SEK", "+46 8", "### ##", 3,
        pairs("Åsa/asa Märta/marta Ebba Linnéa/linnea Saga Göta/gota"),
        pairs("Björn/bjorn Åke/ake Göran/goran Håkan/hakan Axel Sören/soren"),
        pairs("Åkesson/akesson Lindström/lindstrom Sjöberg/sjoberg Nyström/nystrom Öberg/oberg Hägglund/hagglund"),
        places("Stockholm=SE-AB, Göteborg=SE-O, Malmö=SE-M, Örebro=SE-T, Umeå=SE-AC"),
        lines("Storgatan, Drottninggatan, Östra Hamngatan, Kungsvägen, Ångströmsgränd"),
        "{street} {number}",
        lines("{name} Skog AB, {name} Verkstad AB, {name} & Döttrar AB, Aktiebolaget {name}"),
        ("Fru", "Herr"),
    ),
    Locale(
        "pl-PL", "PL", "Europe/Warsaw", "PLN", "+48 22", "##-###", 4,
        pairs("Małgorzata/malgorzata Zofia Wiesława/wieslawa Agnieszka Łucja/lucja Żaneta/zaneta"),
        pairs("Paweł/pawel Łukasz/lukasz Stanisław/stanislaw Jędrzej/jedrzej Michał/michal Błażej/blazej"),
        pairs("Wiśniewski/wisniewski Kowalczyk Wójcik/wojcik Zieliński/zielinski Szczęsny/szczesny Dąbrowski/dabrowski Gołąb/golab"),
        places("Warszawa=PL-14, Kraków=PL-12, Łódź=PL-10, Gdańsk=PL-22, Poznań=PL-30, Wrocław=PL-02"),
        lines("ulica Długa, aleja Niepodległości, ulica Źródlana, plac Wolności, ulica Świętokrzyska"),
        "{street} {number}",
        lines("{name} i Wspólnicy sp. z o.o., Zakłady {name} S.A., Hurtownia {name} sp.j., {name} Usługi sp. z o.o."),
        ("Pani", "Pan"), feminine=(("ski", "ska"),),
    ),
    Locale(
        "cs-CZ", "CZ", "Europe/Prague", "CZK", "+420 2", "### ##", 3,
        pairs("Božena/bozena Šárka/sarka Věra/vera Ludmila Růžena/ruzena"),
        pairs("Jiří/jiri Ondřej/ondrej Tomáš/tomas Vojtěch/vojtech Zdeněk/zdenek"),
        pairs("Novák/novak Dvořák/dvorak Černý/cerny Procházka/prochazka Říha/riha Kučera/kucera"),
        places("Praha=CZ-10, Brno=CZ-64, Plzeň=CZ-32, Hradec Králové=CZ-52, Ústí nad Labem=CZ-42"),
        lines("Dlouhá, Náměstí Míru, Školní, Křižíkova, U Řeky"),
        "{street} {number}",
        lines("{name} a synové s.r.o., Strojírny {name} a.s., Pivovar {name} s.r.o."),
        ("Paní", "Pan"), feminine=(("ý", "á"), ("ák", "áková"), ("a", "ová")),
    ),
    Locale(
        "tr-TR", "TR", "Europe/Istanbul", "TRY", "+90 212", "34###", 3,
        pairs("Ayşe/ayse Çiğdem/cigdem Işıl/isil Gülşen/gulsen Özge/ozge"),
        pairs("İbrahim/ibrahim Oğuz/oguz Çağlar/caglar Şükrü/sukru Ümit/umit"),
        pairs("Yıldız/yildiz Öztürk/ozturk Çelik/celik Aydın/aydin Şahin/sahin Kılıç/kilic"),
        places("İstanbul=TR-34, Ankara=TR-06, İzmir=TR-35, Eskişehir=TR-26, Muğla=TR-48"),
        lines("Atatürk Caddesi, İstiklal Caddesi, Çınar Sokağı, Gül Sokağı"),
        "{street} No: {number}",
        lines("{name} Tekstil A.Ş., {name} İnşaat Ltd. Şti., {name} Gıda Sanayi A.Ş."),
        ("Bayan", "Bay"),
    ),
    Locale(
        "el-GR", "GR", "Europe/Athens", "EUR", "+30 21", "### ##", 3,
        pairs("Ελένη/eleni Κατερίνα/katerina Ευαγγελία/evangelia Δήμητρα/dimitra Χρυσάνθη/chrysanthi"),
        pairs("Γιώργος/giorgos Νίκος/nikos Κωνσταντίνος/konstantinos Ηλίας/ilias Αλέξανδρος/alexandros"),
        pairs("Παπαδόπουλος/papadopoulos Γεωργίου/georgiou Νικολαΐδης/nikolaidis Οικονόμου/oikonomou Ψαράς/psaras"),
        places("Αθήνα=GR-I, Θεσσαλονίκη=GR-B, Πάτρα=GR-G, Ηράκλειο=GR-M, Βόλος=GR-E"),
        lines("Οδός Ερμού, Λεωφόρος Συγγρού, Οδός Πανεπιστημίου, Πλατεία Συντάγματος"),
        "{street} {number}",
        lines("{name} Ναυτιλιακή Α.Ε., Αφοί {name} Ο.Ε., {name} Τρόφιμα Α.Ε."),
        ("Κυρία", "Κύριος"),
    ),
    Locale(
        "ru-RU", "RU", "Europe/Moscow", "RUB", "+7 495", "######", 3,
        pairs("Екатерина/ekaterina Ольга/olga Наталья/natalya Юлия/yulia Алёна/alyona"),
        pairs("Дмитрий/dmitry Сергей/sergey Фёдор/fyodor Михаил/mikhail Юрий/yury"),
        pairs("Иванов/ivanov Кузнецов/kuznetsov Соловьёв/solovyov Щербаков/shcherbakov Жуковский/zhukovsky"),
        places("Москва=RU-MOW, Санкт-Петербург=RU-SPE, Новосибирск=RU-NVS, Казань=RU-TA, Екатеринбург=RU-SVE"),
        lines("улица Ленина, Невский проспект, Садовая улица, Тверская улица, Набережная улица"),
        "{street}, {number}",
        lines("ООО «{name} и партнёры», ЗАО «{name}», Завод {name}"),
        ("Госпожа", "Господин"), feminine=(("ский", "ская"), ("ов", "ова"), ("ёв", "ёва")),
    ),
    Locale(
        "uk-UA", "UA", "Europe/Kyiv", "UAH", "+380 44", "0####", 2,
        pairs("Олена/olena Софія/sofiia Ірина/iryna Євгенія/yevheniia"),
        pairs("Андрій/andrii Ігор/ihor Їржі/yirzhi Тарас/taras Григорій/hryhorii"),
        pairs("Шевченко/shevchenko Коваленко/kovalenko Бойко/boiko Ґалаґан/galagan Єфремов/yefremov"),
        places("Київ=UA-30, Львів=UA-46, Одеса=UA-51, Харків=UA-63"),
        lines("вулиця Хрещатик, вулиця Січових Стрільців, проспект Свободи"),
        "{street}, {number}",
        lines("ТОВ «{name}», {name} Агро, Видавництво «{name}»"),
        ("Пані", "Пан"),
    ),
    Locale(
        "ar-EG", "EG", "Africa/Cairo", "EGP", "+20 2", "#####", 3,
        pairs("فاطمة/fatma مريم/mariam ليلى/layla نورهان/nourhan هبة/heba"),
        pairs("محمد/mohamed أحمد/ahmed يوسف/youssef خالد/khaled عمر/omar"),
        pairs("عبد_الله/abdallah المصري/elmasry حسن/hassan السيد/elsayed إبراهيم/ibrahim"),
        places("القاهرة=EG-C, الإسكندرية=EG-ALX, الجيزة=EG-GZ, أسوان=EG-ASN"),
        lines("شارع التحرير, شارع النيل, طريق الحرية, شارع الجمهورية"),
        "{number} {street}",
        lines("شركة {name} للتجارة, مؤسسة {name} وأولاده, مصانع {name}"),
        ("السيدة", "السيد"),
    ),
    Locale(
        "he-IL", "IL", "Asia/Jerusalem", "ILS", "+972 3", "#######", 2,
        pairs("נועה/noa תמר/tamar יעל/yael שירה/shira"),
        pairs("דוד/david אורי/uri יוסף/yosef איתן/eitan"),
        pairs("כהן/cohen לוי/levi מזרחי/mizrahi פרידמן/friedman אברהם/avraham"),
        places("תל אביב-יפו=IL-TA, ירושלים=IL-JM, חיפה=IL-HA, באר שבע=IL-D"),
        lines("רחוב הרצל, שדרות רוטשילד, רחוב אלנבי, דרך בן גוריון"),
        "{street} {number}",
        lines("{name} תעשיות בע״מ, {name} ובניו בע״מ, {name} טכנולוגיות בע״מ"),
        ("גברת", "מר"),
    ),
    Locale(
        "hi-IN", "IN", "Asia/Kolkata", "INR", "+91 22", "4#####", 2,
        pairs("प्रिया/priya अंजलि/anjali लक्ष्मी/lakshmi काव्या/kavya"),
        pairs("राहुल/rahul विजय/vijay अर्जुन/arjun कृष्ण/krishna"),
        pairs("शर्मा/sharma गुप्ता/gupta सिंह/singh त्रिपाठी/tripathi"),
        places("मुंबई=IN-MH, दिल्ली=IN-DL, पुणे=IN-MH, लखनऊ=IN-UP"),
        lines("महात्मा गांधी मार्ग, स्टेशन रोड, नेहरू नगर"),
        "{number}, {street}",
        lines("{name} उद्योग लिमिटेड, {name} एंड संस, {name} ट्रेडर्स"),
        ("श्रीमती", "श्री"),
    ),
    Locale(
        "th-TH", "TH", "Asia/Bangkok", "THB", "+66 2", "10###", 1,
        pairs("สมหญิง/somying มาลี/malee พิมพ์ชนก/pimchanok"),
        pairs("สมชาย/somchai ธนา/thana กิตติ/kitti"),
        pairs("ใจดี/jaidee ศรีสุข/srisuk วงศ์ไทย/wongthai"),
        places("กรุงเทพมหานคร=TH-10, เชียงใหม่=TH-50, ภูเก็ต=TH-83"),
        lines("ถนนสุขุมวิท, ถนนสีลม, ถนนพหลโยธิน"),
        "{number} {street}",
        lines("บริษัท {name} จำกัด, ห้างหุ้นส่วน {name}"),
        ("คุณ", "คุณ"),
    ),
    Locale(
        "vi-VN", "VN", "Asia/Ho_Chi_Minh", "VND", "+84 28", "7#####", 1,
        pairs("Nguyệt/nguyet Thảo/thao Hương/huong Ngọc/ngoc"),
        pairs("Đức/duc Dũng/dung Quốc/quoc Tuấn/tuan"),
        pairs("Nguyễn/nguyen Trần/tran Phạm/pham Đặng/dang Võ/vo"),
        places("Thành phố Hồ Chí Minh=VN-SG, Hà Nội=VN-HN, Đà Nẵng=VN-DN"),
        lines("Đường Lê Lợi, Phố Hàng Bông, Đường Trần Hưng Đạo"),
        "{number} {street}",
        lines("Công ty TNHH {name}, Công ty Cổ phần {name}"),
        ("Bà", "Ông"),
    ),
    Locale(
        "zh-CN", "CN", "Asia/Shanghai", "CNY", "+86 21", "2#####", 4,
        pairs("秀英/xiuying 美玲/meiling 静/jing 晓燕/xiaoyan 雨桐/yutong"),
        pairs("伟/wei 建国/jianguo 志强/zhiqiang 浩然/haoran 𠮷/ji"),
        pairs("王/wang 李/li 张/zhang 刘/liu 陈/chen 欧阳/ouyang 司马/sima"),
        places("上海市=CN-SH, 北京市=CN-BJ, 深圳市=CN-GD, 成都市=CN-SC, 杭州市=CN-ZJ"),
        lines("南京东路, 人民大道, 中山路, 解放路, 建设街"),
        "{street}{number}号",
        lines("{name}氏机械有限公司, {name}记食品有限公司, 上海{name}科技股份有限公司"),
        ("女士", "先生"),
    ),
    Locale(
        "ja-JP", "JP", "Asia/Tokyo", "JPY", "+81 3", "###-####", 4,
        pairs("花子/hanako さくら/sakura 美咲/misaki 葵/aoi 陽菜/hina"),
        pairs("太郎/taro 健一/kenichi 翔/sho 大輔/daisuke 蓮/ren"),
        pairs("佐藤/sato 鈴木/suzuki 髙橋/takahashi 田中/tanaka 渡邉/watanabe 山﨑/yamazaki"),
        places("東京都千代田区=JP-13, 大阪市=JP-27, 名古屋市=JP-23, 札幌市=JP-01, 福岡市=JP-40"),
        lines("丸の内, 本町通り, 中央通り, 桜木町, 栄町"),
        "{street}{number}番地",
        lines("株式会社{name}製作所, {name}電機株式会社, 有限会社{name}商店, {name}ホールディングス株式会社"),
        ("様", "様"),
    ),
    Locale(
        "ko-KR", "KR", "Asia/Seoul", "KRW", "+82 2", "0####", 3,
        pairs("지민/jimin 서연/seoyeon 하은/haeun 수진/sujin"),
        pairs("민준/minjun 서준/seojun 도윤/doyun 현우/hyunwoo"),
        pairs("김/kim 이/lee 박/park 최/choi 남궁/namgung"),
        places("서울특별시=KR-11, 부산광역시=KR-26, 인천광역시=KR-28, 대전광역시=KR-30"),
        lines("세종대로, 테헤란로, 강남대로, 을지로"),
        "{street} {number}",
        lines("주식회사 {name}산업, {name}전자 주식회사, {name}물산"),
        ("님", "님"),
    ),
)

INDUSTRIES = (
    "Manufacturing", "Software", "Logistics", "Construction", "Retail", "Wholesale", "Food and Beverage", "Energy",
    "Healthcare", "Pharmaceuticals", "Insurance", "Banking", "Education", "Public Sector", "Agriculture", "Media",
    "Textiles", "Automotive", "Telecommunications", "Hospitality",
)
ACCOUNT_TYPES = ("customer", "customer", "customer", "prospect", "prospect", "partner", "reseller", "vendor", "competitor")
SOURCES = ("Trade fair", "Web form", "Referral", "Cold call", "Partner", "Newsletter", "Import", "Webinar")
TIERS = ("A", "B", "B", "C", "C", "C")
PAYMENT_TERMS = ("14 days net", "30 days net", "30 days net", "60 days net", "Prepayment", "2 % 10 days, 30 days net")
JOB_TITLES = (
    ("Chief Executive Officer", "Management"), ("Chief Financial Officer", "Finance"), ("Head of Purchasing", "Purchasing"),
    ("Buyer", "Purchasing"), ("Sales Manager", "Sales"), ("Account Manager", "Sales"), ("IT Manager", "IT"),
    ("System Administrator", "IT"), ("Software Developer", "IT"), ("Plant Manager", "Production"),
    ("Quality Engineer", "Production"), ("Logistics Coordinator", "Logistics"), ("Marketing Manager", "Marketing"),
    ("Accountant", "Finance"), ("Office Manager", "Administration"), ("HR Manager", "Human Resources"),
    ("Project Manager", "Projects"), ("Legal Counsel", "Legal"), ("Research Engineer", "Development"),
    ("Customer Service Agent", "Service"),
)
TAGS = ("vip", "newsletter", "fair-2024", "fair-2025", "fair-2026", "reference", "slow-payer", "key-account", "beta", "press")
ACCOUNT_ROLES = ("decision maker", "influencer", "technical contact", "invoices", "former employee", "consultant", "board member")
SUBJECTS = {
    "call": ("Follow-up on the offer", "Question about an invoice", "Arranged a visit", "Delivery date", "Complaint: late parcel",
             "Renewal of the contract", "Introduced the new price list", "Asked for references"),
    "meeting": ("First meeting", "Demonstration", "Quarterly review", "Contract negotiation", "Workshop on requirements",
                "Site visit", "Kick-off", "Trade fair: talk at the stand"),
    "task": ("Send the offer", "Update the address", "Prepare the presentation", "Check the credit limit", "Order samples",
             "Send the contract for signature", "Ask for a testimonial", "Call back"),
    "email": ("Offer", "Order confirmation", "Invitation to the webinar", "Minutes of our meeting", "Thank you for your visit",
              "New contact person", "Reminder: open invoice", "Documents that you asked for"),
    "note": ("Prefers to be called in the afternoon", "Has a new assistant", "Budget is decided in autumn",
             "Competitor is in the house", "Met at the fair", "Interested in the service contract"),
}
BODIES = (
    "", "", "Will decide by the end of the month.", "Wants to see a second offer with a longer term.",
    "Spoke with the assistant; the manager is travelling until Monday.",
    "They compare us with two others. Price is not the first point, delivery time is.",
    "Sent the documents. Next step: technical clarification with IT.",
    "Very satisfied with the last delivery – may name us as a reference.",
    "Asked for a 3 % discount; agreed on 2 % with payment within 14 days.",
)
PLACES = ("Their office", "Our office", "By video", "Hanover fair, hall 9", "Café next to the station", "")
