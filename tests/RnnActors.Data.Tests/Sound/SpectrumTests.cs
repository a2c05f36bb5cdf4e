using System.Globalization;
using RnnActors.Core.Checkpoints;
using RnnActors.Data.Sound;
using Xunit;

namespace RnnActors.Data.Tests.Sound;

public class SpectrumTests
{
    private const string FolderVariable = "RNNACTORS_GOLDEN_TASKS";

    [SkippableTheory]
    [InlineData("slaney")]
    [InlineData("htk")]
    [InlineData("centred")]
    [InlineData("hamming_preemphasis")]
    [InlineData("silence")]
    public void Features_are_those_of_the_reference(string name)
    {
        string? folder = Environment.GetEnvironmentVariable(FolderVariable);
        Skip.If(string.IsNullOrEmpty(folder), $"{FolderVariable} is not set.");
        SafetensorsFile file = SafetensorsFile.Read(Path.Combine(folder!, "features", $"features_{name}.safetensors"));
        double Number(string key) => double.Parse(file.Metadata[key], CultureInfo.InvariantCulture);
        var spectrum = new Spectrum(new SpectrumSpec((int)Number("rate"), (int)Number("window"), (int)Number("hop"), (int)Number("fft"))
        {
            Shape = file.Metadata["shape"] == "hann" ? WindowFunction.Hann : WindowFunction.Hamming,
            Periodic = file.Metadata["periodic"] == "true",
            Centre = file.Metadata["centre"] == "true",
            PreEmphasis = Number("pre_emphasis"),
            Mels = (int)Number("mels"),
            Low = Number("low"),
            High = Number("high"),
            Scale = file.Metadata["mel"] == "htk" ? MelScale.Htk : MelScale.Slaney,
            NormaliseArea = file.Metadata["norm"] == "slaney",
            Floor = Number("floor"),
            Coefficients = (int)Number("coefficients"),
        });
        float[] Tensor(string tensor) => file[tensor].Values<float>().ToArray();

        double[,] power = spectrum.Power(Tensor("signal")), mel = spectrum.Mel(power), logMel = spectrum.LogMel(mel);
        Near(Tensor("window"), spectrum.Window, 1e-6);
        Near(Tensor("filters"), [.. spectrum.Filters.Cast<double>()], 1e-6);
        Near(Tensor("power"), [.. power.Cast<double>()], 1e-5);
        Near(Tensor("mel"), [.. mel.Cast<double>()], 1e-5);
        Near(Tensor("log_mel"), [.. logMel.Cast<double>()], 1e-5);
        Near(Tensor("mfcc"), [.. spectrum.Cepstrum(logMel).Cast<double>()], 1e-4);
    }

    [Fact]
    public void A_tone_is_loudest_in_the_band_of_its_frequency()
    {
        var spec = SpectrumSpec.Of(new FeatureSpec { PreEmphasis = 0 }, 8000);
        var spectrum = new Spectrum(spec);
        float[] tone = [.. Enumerable.Range(0, 4000).Select(i => (float)Math.Sin(2 * Math.PI * 1000 * i / 8000))];
        double[,] mel = spectrum.Mel(spectrum.Power(tone));
        double[] bands = [.. Enumerable.Range(0, spec.Mels).Select(band => mel[10, band])];
        int loudest = Array.IndexOf(bands, bands.Max());
        double Corner(int i) => 700 * (Math.Pow(10,
            ((2595 * Math.Log10(1 + (20 / 700.0))) + (i * ((2595 * Math.Log10(1 + (4000 / 700.0))) - (2595 * Math.Log10(1 + (20 / 700.0)))) / 41)) / 2595) - 1);
        Assert.InRange(1000, Corner(loudest), Corner(loudest + 2));
        Assert.Equal(mel.GetLength(0), spectrum.FramesOf(tone.Length));
    }

    [Fact]
    public void Recordings_of_any_length_have_a_frame_and_the_width_that_was_asked_for()
    {
        var features = new FeatureSpec { Mfcc = 5, Deltas = 2 };
        var extractor = new FeatureExtractor(features, 8000);
        Assert.Equal((1, 15), Size(extractor.Of(new Recording([0.5f], 8000))));
        Assert.Equal((1 + ((800 - 256) / 80), 15), Size(extractor.Of(new Recording(new float[800], 8000))));
        Assert.All(extractor.Of(new Recording(new float[800], 8000)).Cast<float>(), value => Assert.True(float.IsFinite(value)));
        (int, int) Size(float[,] values) => (values.GetLength(0), values.GetLength(1));
    }

    private static void Near(float[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(value => Math.Abs((double)value));
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(actual[i], expected[i] - (tolerance * Math.Max(1, largest)), expected[i] + (tolerance * Math.Max(1, largest)));
    }
}
