using MathNet.Numerics.IntegralTransforms;
using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Data.Sound;

/// <summary>
/// Framed power spectra, mel energies, their logarithms and their orthonormal cosine transform, in double precision. MathNet's Fourier transform uses the
/// platform's sine, whose last bits may differ between machines. So the features of a cluster's run are computed once, by the client that submits it.
/// </summary>
internal sealed class Spectrum
{
    private readonly SpectrumSpec _spec;
    private readonly double[] _window;
    private readonly double[,] _filters, _cosines;

    public Spectrum(SpectrumSpec spec)
    {
        _spec = spec;
        _window = WindowOf(spec);
        _filters = FiltersOf(spec);
        _cosines = CosinesOf(spec.Coefficients, spec.Mels);
    }

    /// <summary>The mel filters, (mels, fft / 2 + 1).</summary>
    public double[,] Filters => _filters;

    /// <summary>The window of a frame, without the zeros around it.</summary>
    public double[] Window => _window[((_spec.Fft - _spec.Window) / 2)..(((_spec.Fft - _spec.Window) / 2) + _spec.Window)];

    /// <summary>The number of frames of a signal of that many samples: only complete ones, so none of a shorter signal.</summary>
    public int FramesOf(int samples) =>
        samples + (_spec.Centre ? _spec.Fft : 0) < _spec.Fft ? 0 : 1 + ((samples + (_spec.Centre ? _spec.Fft : 0) - _spec.Fft) / _spec.Hop);

    /// <summary>The power spectrum |DFT|² of each frame: (frames, fft / 2 + 1).</summary>
    public double[,] Power(ReadOnlySpan<float> samples)
    {
        double[] signal = Prepare(samples);
        int frames = FramesOf(samples.Length), bins = (_spec.Fft / 2) + 1;
        double[,] power = new double[frames, bins];
        double[] real = new double[_spec.Fft], imaginary = new double[_spec.Fft];
        for (int frame = 0; frame < frames; frame++)
        {
            for (int i = 0; i < _spec.Fft; i++) real[i] = signal[(frame * _spec.Hop) + i] * _window[i];
            Array.Clear(imaginary);
            Fourier.Forward(real, imaginary, FourierOptions.NoScaling);
            for (int bin = 0; bin < bins; bin++) power[frame, bin] = (real[bin] * real[bin]) + (imaginary[bin] * imaginary[bin]);
        }

        return power;
    }

    /// <summary>The energies of the mel bands: (frames, mels).</summary>
    public double[,] Mel(double[,] power) => Multiply(power, _filters);

    /// <summary>The logarithms of energies: (frames, mels).</summary>
    public double[,] LogMel(double[,] mel)
    {
        double[,] logs = new double[mel.GetLength(0), mel.GetLength(1)];
        for (int frame = 0; frame < logs.GetLength(0); frame++)
            for (int band = 0; band < logs.GetLength(1); band++) logs[frame, band] = PortableMath.Log(Math.Max(mel[frame, band], _spec.Floor));
        return logs;
    }

    /// <summary>The first coefficients of the orthonormal DCT-II: (frames, coefficients).</summary>
    public double[,] Cepstrum(double[,] logMel) => Multiply(logMel, _cosines);

    private static double[,] Multiply(double[,] rows, double[,] weights)
    {
        int count = rows.GetLength(0), inner = rows.GetLength(1), outputs = weights.GetLength(0);
        double[,] products = new double[count, outputs];
        for (int row = 0; row < count; row++)
        {
            for (int output = 0; output < outputs; output++)
            {
                double sum = 0;
                for (int i = 0; i < inner; i++) sum += rows[row, i] * weights[output, i];
                products[row, output] = sum;
            }
        }

        return products;
    }

    /// <summary>Pre-emphasis, then padding by reflection without repeating the edge.</summary>
    private double[] Prepare(ReadOnlySpan<float> samples)
    {
        double[] emphasised = new double[samples.Length];
        for (int i = 0; i < samples.Length; i++) emphasised[i] = samples[i] - (i > 0 ? _spec.PreEmphasis * samples[i - 1] : 0);
        if (!_spec.Centre || samples.Length < 2) return emphasised;
        int pad = _spec.Fft / 2, period = 2 * (samples.Length - 1);
        double[] padded = new double[samples.Length + (2 * pad)];
        for (int i = 0; i < padded.Length; i++)
        {
            int at = (((i - pad) % period) + period) % period;
            padded[i] = emphasised[at < samples.Length ? at : period - at];
        }

        return padded;
    }

    private static double[] WindowOf(SpectrumSpec spec)
    {
        double[] window = new double[spec.Fft];
        (double a, double b) = spec.Shape == WindowFunction.Hann ? (0.5, 0.5) : (0.54, 0.46);
        int first = (spec.Fft - spec.Window) / 2, period = Math.Max(1, spec.Periodic ? spec.Window : spec.Window - 1);
        for (int i = 0; i < spec.Window; i++) window[first + i] = a - (b * PortableMath.Cos(2 * Math.PI * i / period));
        return window;
    }

    /// <summary>Triangular filters over the bins' exact frequencies; their corners are equally spaced in mel.</summary>
    private static double[,] FiltersOf(SpectrumSpec spec)
    {
        int bins = (spec.Fft / 2) + 1;
        double low = ToMel(spec.Low, spec.Scale), high = ToMel(spec.High, spec.Scale);
        double[] corners = [.. Enumerable.Range(0, spec.Mels + 2).Select(i => ToHertz(low + ((high - low) * i / (spec.Mels + 1)), spec.Scale))];
        double[,] filters = new double[spec.Mels, bins];
        for (int band = 0; band < spec.Mels; band++)
        {
            (double left, double middle, double right) = (corners[band], corners[band + 1], corners[band + 2]);
            for (int bin = 0; bin < bins; bin++)
            {
                double frequency = (double)bin * spec.Rate / spec.Fft;
                double height = Math.Max(0, Math.Min((frequency - left) / (middle - left), (right - frequency) / (right - middle)));
                filters[band, bin] = spec.NormaliseArea ? height * 2 / (right - left) : height;
            }
        }

        return filters;
    }

    private static double[,] CosinesOf(int coefficients, int mels)
    {
        double[,] cosines = new double[coefficients, mels];
        for (int k = 0; k < coefficients; k++)
            for (int i = 0; i < mels; i++)
                cosines[k, i] = PortableMath.Cos(Math.PI * k * ((2 * i) + 1) / (2.0 * mels)) * Math.Sqrt((k == 0 ? 1.0 : 2.0) / mels);
        return cosines;
    }

    private static double ToMel(double hertz, MelScale scale) => scale == MelScale.Htk
        ? 2595 * PortableMath.Log(1 + (hertz / 700)) / Ln10
        : hertz < 1000 ? hertz * 3 / 200 : 15 + (27 * PortableMath.Log(hertz / 1000) / PortableMath.Log(6.4));

    private static double ToHertz(double mel, MelScale scale) => scale == MelScale.Htk
        ? 700 * (PortableMath.Exp(mel * Ln10 / 2595) - 1)
        : mel < 15 ? mel * 200 / 3 : 1000 * PortableMath.Exp((mel - 15) * PortableMath.Log(6.4) / 27);

    private const double Ln10 = 2.302585092994045684;
}
