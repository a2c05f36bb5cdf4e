using RnnActors.Data.Wording;
using Xunit;

namespace RnnActors.Data.Tests.Wording;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.005, "0.005")]
    [InlineData(3, "3")]
    [InlineData(0.0123456, "0.01235")]
    [InlineData(17.98765, "17.99")]
    [InlineData(123456.7, "123,457")]
    [InlineData(12345, "12,345")]
    [InlineData(9999.6, "10,000")]
    [InlineData(1.23456e-7, "1.235e-7")]
    [InlineData(double.NaN, "not a number")]
    public void Numbers_have_four_digits_that_count(double value, string shown) => Assert.Equal(shown, Figures.Number(value));

    [Theory]
    [InlineData(1.26, "1.3 s")]
    [InlineData(75, "75 s")]
    [InlineData(150, "2 min 30 s")]
    [InlineData(3700, "1 h 1 min")]
    [InlineData(200_000, "2 days 7 h")]
    public void Durations_have_the_units_that_matter(double seconds, string shown) => Assert.Equal(shown, Figures.Duration(TimeSpan.FromSeconds(seconds)));
}
