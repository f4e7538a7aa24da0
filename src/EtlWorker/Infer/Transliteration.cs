namespace EtlWorker.Infer;

/// <summary>Letters beyond ASCII in ASCII, as they are usually written where there are no others.</summary>
internal static class Transliteration
{
    private static readonly Dictionary<char, string> Letters = Read(
        "ä=ae ö=oe ü=ue ß=ss à=a á=a â=a ã=a å=a æ=ae ç=c è=e é=e ê=e ë=e ì=i í=i î=i ï=i ð=d ñ=n ò=o ó=o ô=o õ=o ø=o ù=u ú=u û=u ý=y þ=th "
        + "ÿ=y œ=oe ā=a ă=a ą=a ć=c ĉ=c ċ=c č=c ď=d đ=d ē=e ĕ=e ė=e ę=e ě=e ĝ=g ğ=g ġ=g ģ=g ĥ=h ħ=h ĩ=i ī=i ĭ=i į=i ı=i ĵ=j ķ=k ĺ=l ļ=l "
        + "ľ=l ł=l ń=n ņ=n ň=n ō=o ŏ=o ő=o ŕ=r ŗ=r ř=r ś=s ŝ=s ş=s š=s ţ=t ť=t ŧ=t ũ=u ū=u ŭ=u ů=u ű=u ų=u ŵ=w ŷ=y ź=z ż=z ž=z ș=s ț=t "
        + "а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=j к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= "
        + "э=e ю=yu я=ya і=i ї=yi є=ye ґ=g "
        + "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o "
        + "ά=a έ=e ή=i ί=i ό=o ύ=y ώ=o ϊ=i ϋ=y ΐ=i ΰ=y "
        + "%=_percent_ €=_eur_ $=_usd_ £=_gbp_ &=_and_ #=_no_ №=_no_ °=_deg_ ²=2 ³=3 µ=u '= ’=");

    /// <returns>Empty for what has no usual way of writing, an underscore for what separates words.</returns>
    public static string Of(char letter) => letter < 0x80 && !Letters.ContainsKey(letter) ? letter.ToString()
        : Letters.TryGetValue(char.ToLowerInvariant(letter), out var written) ? written
        : char.IsLetterOrDigit(letter) ? ""
        : "_";

    private static Dictionary<char, string> Read(string pairs) =>
        pairs.Split(' ').ToDictionary(pair => pair[0], pair => pair[2..]);
}
