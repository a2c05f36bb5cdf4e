using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RnnActors.Interop.Onnx.Files;

namespace RnnActors.Interop.Tests.Onnx;

/// <summary>A file at work in ONNX Runtime.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;

    public OnnxSession(OnnxFile file)
    {
        File = file;
        byte[] bytes = file.ToBytes();
        OnnxChecker.Check(bytes);
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(bytes, options);
    }

    public OnnxFile File { get; }

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    /// <summary>What comes out, by name: values in double, and their shape.</summary>
    public Dictionary<string, (double[] Values, int[] Shape)> Run(params (string Name, Array Values, int[] Shape)[] inputs)
    {
        NamedOnnxValue[] given = [.. inputs.Select(input => input.Values switch
        {
            long[] values => NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<long>(values, input.Shape)),
            float[] values => NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<float>(values, input.Shape)),
            double[] values => NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<double>(values, input.Shape)),
            _ => throw new ArgumentException("no such type"),
        })];
        using var results = _session.Run(given);
        return results.ToDictionary(result => result.Name, result => result.ElementType == TensorElementType.Double
            ? (result.AsTensor<double>().ToArray(), result.AsTensor<double>().Dimensions.ToArray())
            : ([.. result.AsTensor<float>().ToArray().Select(value => (double)value)], result.AsTensor<float>().Dimensions.ToArray()));
    }

    public void Dispose() => _session.Dispose();
}
