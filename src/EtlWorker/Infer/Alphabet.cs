using System.Buffers;

namespace EtlWorker.Infer;

/// <summary>The letters beyond ASCII of a language, or of some that are written alike, and the encodings that they come in.</summary>
/// <param name="Encodings">The most usual first.</param>
/// <param name="Letters">Which letters a text of it has.</param>
internal sealed record Alphabet(string[] Encodings, SearchValues<char> Letters)
{
    private static readonly string[] Western = ["windows-1252", "iso-8859-15", "ibm850", "ibm437", "macintosh"];
    private static readonly string[] Central = ["windows-1250", "iso-8859-2", "ibm852"];
    private static readonly string[] Cyrillic = ["windows-1251", "koi8-r", "cp866", "iso-8859-5"];

    private const string CommonSimplified = "的一是不了人在有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种"
        + "事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全"
        + "三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教"
        + "儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山"
        + "金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉"
        + "术领共确传师观清今切院让识候带导争运笔记本电脑价格数量订单客户京州广深圳杭武汉称编号备注省城镇街姓址";

    private const string CommonTraditional = "的一是不了人在有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家"
        + "種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全"
        + "三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西月話合回特代內信表化老給世位次度門任常先海通教兒原"
        + "東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指"
        + "灣區北縣路號價格訂單客戶備註";

    public static IReadOnlyList<Alphabet> All { get; } =
    [
        Of(Western, "äöüßÄÖÜ"),
        Of(Western, "éèêëàâçîïôùûœÉÈÀÇÊÎÔ"),
        Of(Western, "ñáéíóúüÑÁÉÍÓÚ¿¡"),
        Of(Western, "ãõáâàéêíóôúçÃÕÁÂÉÊÍÓÔÚÇ"),
        Of(Western, "àèéìòùÀÈÉÌÒÙ"),
        Of(Western, "åäöæøéÅÄÖÆØ"),
        Of(Western, "ðþæöáéíóúýÐÞÆÖÁÉÍÓÚÝ"),
        Of(Western, "äöüßÄÖÜéèêàâçôûñáíóú"),
        Of(Central, "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"),
        Of(Central, "ěščřžýáíéúůťďňóĚŠČŘŽÝÁÍÉÚŮŤĎŇÓ"),
        Of(Central, "ľščťžýáíéúäôňďĺŕóĽŠČŤŽÝÁÍÉÚÄÔŇĎĹŔÓ"),
        Of(Central, "áéíóöőúüűÁÉÍÓÖŐÚÜŰ"),
        Of(Central, "čćđšžČĆĐŠŽ"),
        Of(Central, "ăâîșțşţĂÂÎȘȚŞŢ"),
        Of(["windows-1254"], "ğışçöüİĞŞÇÖÜâî"),
        Of(["windows-1257"], "ąčęėįšųūžĄČĘĖĮŠŲŪŽāēģīķļņĀĒĢĪĶĻŅõäöüÕÄÖÜ"),
        Of(Cyrillic, Range('а', 'я') + Range('А', 'Я') + "ёЁіїєґІЇЄҐ№"),
        Of(["windows-1253", "iso-8859-7"], Range('ά', 'ώ') + Range('Α', 'Ω') + "ΆΈΉΊΌΎΏ"),
        Of(["windows-1255", "iso-8859-8"], Range('א', 'ת')),
        Of(["windows-1256", "iso-8859-6"], Range('ء', 'ي') + "پچژگ"),
        Of(["shift_jis", "euc-jp"], Range('ぁ', 'ん') + Range('ァ', 'ー') + "、。・「」々"),
        Of(["gb18030"], CommonSimplified),
        Of(["big5"], CommonTraditional),
        Of(["euc-kr"], Range('가', '힣')),
    ];

    private static Alphabet Of(string[] encodings, string letters) => new(encodings, SearchValues.Create(letters));

    private static string Range(char first, char last) =>
        string.Concat(Enumerable.Range(first, last - first + 1).Select(code => (char)code));
}
