using RnnActors.Data.Tables;
using Xunit;
using static RnnActors.Data.Tests.Tables.TableCase;

namespace RnnActors.Data.Tests.Tables;

public class NumberReadingTests
{
    [Theory]
    [InlineData(
        "d;p\nx;1,447\ny;1,436\n",
        "f.csv:2:3: '1,447' in column 'p' may be 1.447 or 1447. Set data.culture to de-DE if it is 1.447, to en-US if it is 1447.")]
    [InlineData("d;p\nx;2\ny;1,459\n", "f.csv:3:3: '1,459' in column 'p' may be")]
    [InlineData("d\tp\nx\t2\ny\t-1,459\n", "f.csv:3:3: '-1,459' in column 'p' may be")]
    [InlineData("d,p\nx,\"1,125\"\ny,2\n", "f.csv:2:3: '1,125' in column 'p' may be")]
    [InlineData("d;p\n12,5;1,447\n3,25;1,436\n", "f.csv:2:6: '1,447' in column 'p' may be 1.447 or 1447. Set data.culture, to de-DE as other")]
    [InlineData("d;p\n1,234,567;1,447\n1,234,568;1,436\n", "f.csv:2:11: '1,447' in column 'p' may be 1.447 or 1447. Set data.culture, to en-US as")]
    [InlineData("d;p\nx;0,447\ny;0,436\n", "f.csv:2:3: '0,447' in column 'p' may be 0.447 or 0447. Set data.culture, to de-DE")]
    [InlineData("d;p\n12,5;1.447\n3,25;1.436\n", "f.csv:2:6: '1.447' in column 'p' may be 1.447 or 1447. Set data.culture, to de-DE as")]
    public void A_number_with_two_readings_is_refused(string text, string message) => Assert.StartsWith(message, Refused(text));

    [Theory]
    [InlineData("d;p\nx;1,447\ny;1,436\n", "de-DE", 1.447)]
    [InlineData("d;p\nx;1,447\ny;1,436\n", "en-US", 1447)]
    [InlineData("d;p\nx;1,447.5\ny;1,436\n", "", 1447.5)]
    [InlineData("d;p\nx;1,447,000\ny;1,436\n", "", 1447000)]
    [InlineData("d;p\nx;1.447\ny;1.436\n", "", 1.447)]
    [InlineData("d;p\nx;1.4\ny;1,436\n", "", 1.4)]
    public void A_culture_and_fields_that_have_one_reading_decide(string text, string culture, double first) =>
        Assert.Equal(first, Parse(text, new() { Culture = culture }).Numbers("p").Values[0]);

    [Theory]
    [InlineData("y\n0.5%\n0.7%\n", "f.csv:2:1: '0.5%' in column 'y' is not a finite number")]
    [InlineData("y;x\n1'100.50;1\n1'200.50;1\n", "f.csv:2:1: '1'100.50' in column 'y' is not a finite number")]
    [InlineData(
        "y;x\n12,5;1\n1;1\n",
        "f.csv:2:1: '12,5' in column 'y' is not a finite number. Correct it, name it in data.missingValues if it means that the value is missing, "
            + "or set data.culture if numbers are written in another way: de-DE reads this one.")]
    public void Numbers_of_another_way_to_write_are_told_with_their_place(string text, string message) =>
        Assert.StartsWith(message, Refused(() => Parse(text).Numbers("y")));

    [Fact]
    public void Points_that_a_culture_takes_for_thousands_are_said()
    {
        CsvFormat german = new() { Culture = "de-DE" };
        Assert.Equal("'1.447' in column 'p' is read as 1447, as de-DE writes thousands.", Assert.Single(Parse("d;p\nx;1.447\ny;1.436\n", german).Notes));
        Assert.Empty(Parse("d;p\nx;1.447,5\ny;1.436\n", german).Notes);
        Assert.Empty(Parse("d;p\nx;12,5\ny;1.436\n", german).Notes);
    }
}
