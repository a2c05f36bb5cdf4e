using CsCheck;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Text;

public class TextCutterTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String[Gen.Char["ab éß1 2.,'’-!?￭  \"(…)"], 0, 40], Gen.String, Gen.Const("j'ai 3.5 euros, peut-être !"));

    [Theory]
    [InlineData("Hello, world!", "Hello|￭,|world|￭!")]
    [InlineData("J'ai faim.", "J'|￭ai|faim|￭.")]
    [InlineData("It costs 3.50 or 1,000 (well-known)", "It|costs|3.50|or|1,000|(|￭well|￭-known|￭)")]
    [InlineData("Va !", "Va|!")]
    [InlineData("Tiens-moi - non -1 a--b", "Tiens|￭-moi|-|non|-|￭1|a|￭-|￭-|￭b")]
    [InlineData("a.b", "a|￭.|￭b")]
    [InlineData("  ", "")]
    public void Words_and_signs_are_units(string text, string units) => Assert.Equal(units, string.Join('|', TextCutter.Words.Cut(text)));

    [Fact]
    public void Words_join_to_the_text_that_they_were_cut_from_but_for_its_white_space() => Texts.Sample(text =>
    {
        string once = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(once, TextCutter.Words.Join(TextCutter.Words.Cut(text)));
    }, iter: 1000);

    [Fact]
    public void Characters_join_to_the_text() => Texts.Sample(
        text => Assert.Equal(string.Concat(text.EnumerateRunes()), TextCutter.Characters.Join(TextCutter.Characters.Cut(text))), iter: 200);

    [Fact]
    public void What_has_been_cut_is_left_as_it_is() =>
        Assert.Equal(["the", "<unk>", "n't", "."], TextCutter.Whitespace.Cut("the <unk>  n't .\n"));
}
