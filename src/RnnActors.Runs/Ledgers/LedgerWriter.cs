using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using RnnActors.Core.Training;
using RnnActors.Training.Events;

namespace RnnActors.Runs.Ledgers;

/// <summary>
/// Appends events to a run's ledger, one JSON object per line: steps, hashes of the parameters, and who computes from which step on. It never fails a run: if
/// it cannot be written, only later comparisons lack those steps. Called by one thread at a time.
/// </summary>
public sealed class LedgerWriter : IDisposable
{
    private readonly string _path;
    private readonly BatchOrder? _order;
    private readonly MemoryStream _bytes = new();
    private readonly Utf8JsonWriter _json;
    private long _step;

    /// <param name="order">The order of the run's batches, not shared with anyone. Null where the data is not here; steps then have no hashes of their
    /// rows.</param>
    /// <param name="start">The step that the run resumes after; 0 starts a new ledger.</param>
    /// <param name="who">Describes this process, where it computes; null on a cluster.</param>
    public LedgerWriter(string path, BatchOrder? order, long start, string? who)
    {
        (_path, _order, _step, _json) = (path, order, start, new Utf8JsonWriter(_bytes));
        if (start == 0) Try(() => File.Delete(path));
        else Try(EndLine);
        if (who is not null) Computes(who, 0, "computes");
    }

    /// <summary>Buffers an event that belongs in the ledger; <see cref="Flush"/> writes it.</summary>
    public void Add(TrainingEvent happened)
    {
        switch (happened)
        {
            case StepDone step:
                Add(step);
                break;
            case ParametersHashed hashed:
                Parameters(hashed.Step, hashed.ParameterHash);
                break;
            case CheckpointSaved saved:
                Parameters(saved.Step, saved.ParameterHash);
                break;
            case WorkersJoined joined:
                Computes(joined.Node, joined.Workers, "computes");
                break;
            case WorkersLeft left:
                Computes(left.Node, left.Workers, "left");
                break;
            case WorkersLost lost:
                Computes(lost.Node, lost.Workers, "lost");
                break;
        }
    }

    public void Flush()
    {
        if (_bytes.Length == 0) return;
        Try(() =>
        {
            using FileStream file = new(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
            _bytes.WriteTo(file);
        });
        _bytes.SetLength(0);
    }

    public void Dispose()
    {
        Flush();
        _json.Dispose();
        _bytes.Dispose();
    }

    private void Add(StepDone done)
    {
        _step = done.Progress.Step;
        int epoch = done.Progress.Epoch, batch = done.Progress.Position - 1;
        Line(json =>
        {
            json.WriteNumber("step", _step);
            json.WriteNumber("epoch", epoch);
            json.WriteNumber("batch", batch);
            if (_order is not null) json.WriteString("rows", HashOf(_order.Rows(epoch, batch)));
            json.WriteNumber("rate", done.LearningRate);
            json.WriteNumber("loss", done.Loss);
            json.WriteNumber("norm", done.GradientNorm);
        });
    }

    private static string HashOf(int[] rows) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(rows.AsSpan())).ToString("x16", CultureInfo.InvariantCulture);

    private void Parameters(long step, string hash) => Line(json =>
    {
        json.WriteNumber("step", step);
        json.WriteString("parameters", hash);
    });

    private void Computes(string who, int workers, string what) => Line(json =>
    {
        json.WriteNumber("step", _step);
        json.WriteString(what, who);
        if (workers > 0) json.WriteNumber("workers", workers);
    });

    private void Line(Action<Utf8JsonWriter> write)
    {
        _json.Reset();
        _json.WriteStartObject();
        write(_json);
        _json.WriteEndObject();
        _json.Flush();
        _bytes.WriteByte((byte)'\n');
    }

    /// <summary>Ends a line that a killed process left half written.</summary>
    private void EndLine()
    {
        if (!File.Exists(_path)) return;
        using FileStream file = new(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        if (file.Length == 0) return;
        file.Position = file.Length - 1;
        if (file.ReadByte() != '\n') file.WriteByte((byte)'\n');
    }

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
