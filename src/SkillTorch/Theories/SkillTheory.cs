using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using SkillTorch.Models;
using SkillTorch.Tasks;

namespace SkillTorch.Theories;

/// <summary>What a theory's prediction is a function of.</summary>
public enum Abscissa
{
    /// <summary>Training steps (optimizer updates done; 0 is the start).</summary>
    Steps,

    /// <summary>Number of training samples D.</summary>
    Samples,

    /// <summary>Number of basis functions or hidden units N.</summary>
    Parameters,
}

/// <summary>
/// A theory of how K skills are learned: strength s_i (1 = mastered) and loss ℓ_i of every skill as a function of steps
/// (or of samples, or of network size: see <see cref="Abscissa"/>). It is an entry of the <c>theories</c> section, laid over
/// measurements, with what is fitted of it, and a toy model under <c>model</c>, whose trial is its prediction.
/// </summary>
/// <remarks>
/// The record's options are the theory's parameters, with their <see cref="RangeAttribute"/> and, where a fit may vary them, their
/// <see cref="FitRangeAttribute"/>. <see cref="Bind"/> lays it over a task's skills and fills in what is not given; only then does it
/// predict. Theories are immutable. Losses have the unit of the measured ones: see <see cref="ChanceLosses"/>.
/// </remarks>
[Family("theory", "theories", 4)]
public abstract record SkillTheory : DynamicsOptions
{
    private readonly double[] p = [];

    /// <summary>A theory to be laid over skills by <see cref="Bind"/>.</summary>
    protected SkillTheory() { }

    /// <summary>A theory over skills with frequencies <paramref name="frequencies"/> [K].</summary>
    /// <exception cref="ArgumentOutOfRangeException">No frequencies, or one that is negative or not finite.</exception>
    protected SkillTheory(IReadOnlyList<double> frequencies) => p = SkillFrequencies.Explicit(frequencies);

    /// <summary>Name in tables and figures where one experiment lays the same theory twice; by default the kind.</summary>
    public string? Label { get; init; }

    /// <summary>Names of the parameters that are fitted; the others keep their configured or derived values.</summary>
    public IReadOnlyList<string> Fit { get; init; } = [];

    /// <summary>
    /// Parameters that take their value from the fit of a theory listed earlier, e.g. calibrated in another case, and are not fitted
    /// again.
    /// </summary>
    public IReadOnlyDictionary<string, TakeOptions> Take { get; init; } = new Dictionary<string, TakeOptions>();

    /// <summary>Labels of the cases this theory is laid over; null means every case.</summary>
    public IReadOnlyList<string>? Cases { get; init; }

    /// <summary>
    /// Whether each replicate has a fit of its own, without an interval, instead of one over the mean of all: for a parameter that
    /// scatters from draw to draw.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PerReplicate { get; init; }

    /// <summary>Skill frequencies p_i [K], taken as they are; an empty list takes the task's.</summary>
    [Range(0, double.MaxValue)]
    public IReadOnlyList<double> Frequencies
    {
        get => p;
        init => p = [.. value];
    }

    /// <summary>
    /// Whether the frequencies are divided by their sum; else they are as the task gives them, normalised or not. Parameters in units of
    /// frequency, such as N0, change with it.
    /// </summary>
    public bool Normalised { get; init; }

    /// <summary>The theory's name in tables.</summary>
    public virtual string Name => Label ?? Catalog.KindOf(this);

    /// <summary>What the prediction is a function of.</summary>
    public virtual Abscissa Abscissa => Abscissa.Steps;

    /// <summary>
    /// Whether the theory depends on a trial's own draw of the task, so that each replicate has a theory and a fit of its own.
    /// </summary>
    public virtual bool DependsOnDraw => false;

    /// <summary>Number of skills K.</summary>
    public int Skills => p.Length;

    /// <summary>
    /// Loss ℓ_i of each skill at strength 0 [K], the unit of the theory's losses. Laid over a trial it is the loss at which the
    /// trial's task measures an untrained network that answers by chance (¼ of a parity with targets 0 and 1, S²/2 of targets ±S,
    /// ln 2 of cross-entropy), so that predicted and measured losses can be compared. By itself, and as a model, the theory has its own
    /// unit: 1 for the (1 − s)² of arXiv 2501.12391, S²/2 for the ½(S − R)² of arXiv 2404.17563.
    /// </summary>
    public IReadOnlyList<double> ChanceLosses => [.. Enumerable.Range(0, Skills).Select(ChanceLoss)];

    /// <summary>The parameters that a fit may vary.</summary>
    public virtual IReadOnlyList<TheoryParameter> Parameters =>
        [.. FitOption.From(GetType()).Select(option => option.Describe(this, FitUnit(option.Name)))];

    /// <summary>Frequencies p [K], for inner loops.</summary>
    protected ReadOnlySpan<double> P => p;

    private IReadOnlyList<double> LossUnits { get; init; } = [];

    /// <summary>The time of a learning-rate schedule; null where the rate is constant or the theory does not follow it.</summary>
    internal LearningClock? Clock { get; private init; }

    /// <summary>The same theory under a constant learning rate.</summary>
    internal SkillTheory AtConstantRate => this with { Clock = null };

    /// <summary>The theory over the skills of one trial, with what is not given derived from the trial or at its default.</summary>
    /// <param name="setting">The trial's settings; replicates of a case give equal theories, unless <see cref="DependsOnDraw"/>.</param>
    /// <returns>The theory, before any fit.</returns>
    /// <exception cref="InvalidOptionException">The theory does not apply to these settings.</exception>
    public SkillTheory Bind(TheorySetting setting)
    {
        var skills = setting.Task.GetSkills();
        if (p.Length > 0 && p.Length != skills.Count)
        {
            throw new InvalidOptionException(
                setting.Path("frequencies"),
                $"Got {p.Length} numbers for `frequencies` of the {Name} theory; expected one for each of the {skills.Count} " + "skills."
            );
        }

        var frequencies = SkillFrequencies.Explicit(p.Length > 0 ? p : [.. skills.Select(s => s.Frequency)], Normalised);
        var bound = (this with { Frequencies = frequencies, Normalised = false }).Complete(setting);
        return setting.Model is not { } model
            ? bound
            : bound with
            {
                LossUnits = model.LossesAtChance(setting.Task, setting.Loss),
                Clock = bound.FollowsLearningRate ? LearningClock.From(setting.Optimizer, setting.Steps) : null,
            };
    }

    /// <summary>
    /// Fills in what the options leave to the trial, once the frequencies are those of its skills; by default there is nothing.
    /// </summary>
    /// <param name="setting">The trial's settings.</param>
    /// <returns>The theory with nothing left open.</returns>
    /// <exception cref="InvalidOptionException">The theory does not apply to these settings.</exception>
    protected virtual SkillTheory Complete(TheorySetting setting) => this;

    /// <summary>The same theory with one parameter changed.</summary>
    /// <param name="parameter">A name of <see cref="Parameters"/>.</param>
    /// <param name="value">Its new value.</param>
    /// <exception cref="ArgumentOutOfRangeException">Unknown name, or a value outside the parameter's domain.</exception>
    public virtual SkillTheory With(string parameter, double value)
    {
        var option = FitOption.From(GetType()).FirstOrDefault(o => o.Name == parameter);
        if (option is null || Parameters.All(p => p.Name != parameter))
        {
            var names = string.Join(", ", Parameters.Select(p => p.Name));
            throw Require.OutOfRange($"\"{parameter}\"", "parameter", $"one of {names}, the parameters of the {Name} theory");
        }

        var changed = this with { };
        option.Set(changed, value);
        return changed;
    }

    /// <summary>Strength of every skill, written row by row.</summary>
    /// <param name="at">Steps (or samples, or parameters) [T].</param>
    /// <param name="strength">Destination [T·K], row-major: the K skills of the first step come first.</param>
    public void Strength(ReadOnlySpan<double> at, Span<double> strength)
    {
        Check(at, strength);
        PredictStrength(Clock is null ? at : Clock.At(at), strength);
    }

    /// <summary>Loss ℓ of every skill in the unit of <see cref="ChanceLosses"/>, written row by row.</summary>
    /// <param name="at">Steps (or samples, or parameters) [T].</param>
    /// <param name="loss">Destination [T·K], row-major.</param>
    public void Loss(ReadOnlySpan<double> at, Span<double> loss)
    {
        Check(at, loss);
        PredictLoss(Clock is null ? at : Clock.At(at), loss);
    }

    /// <summary>Strength of every skill [T, K].</summary>
    /// <param name="at">Steps (or samples, or parameters) [T].</param>
    public double[,] Strength(ReadOnlySpan<double> at)
    {
        var strength = new double[at.Length, Skills];
        Strength(at, Flat(strength));
        return strength;
    }

    /// <summary>Loss of every skill [T, K] in the unit of <see cref="ChanceLosses"/>.</summary>
    /// <param name="at">Steps (or samples, or parameters) [T].</param>
    public double[,] Loss(ReadOnlySpan<double> at)
    {
        var loss = new double[at.Length, Skills];
        Loss(at, Flat(loss));
        return loss;
    }

    /// <summary>Total loss Σ_i p_i ℓ_i [T].</summary>
    /// <param name="at">Steps (or samples, or parameters) [T].</param>
    public double[] TotalLoss(ReadOnlySpan<double> at)
    {
        var loss = Loss(at);
        var total = new double[at.Length];
        for (var t = 0; t < total.Length; t++)
        {
            for (var i = 0; i < Skills; i++)
                total[t] += p[i] * loss[t, i];
        }

        return total;
    }

    /// <inheritdoc/>
    public sealed override (double[,] Strength, double[,] Loss) Predict(TaskOptions task, LossKind loss, IReadOnlyList<int> steps)
    {
        double[] at = [.. steps];
        try
        {
            CheckAsModel(task.GetSkills(), loss);
            var theory = Bind(new TheorySetting(task, loss));
            return (theory.Strength(at), theory.Loss(at));
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            throw new InvalidOptionException("model", error.Message); // a theory's own checks are sentences already
        }
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<double> LossesAtChance(TaskOptions task, LossKind loss) =>
        Bind(new TheorySetting(task, loss)).ChanceLosses;

    /// <summary>
    /// Refuses what the theory would have to ignore as a model. Laid over measurements it may ignore it: that is a finding about them.
    /// By default the skills are independent and have squared losses.
    /// </summary>
    /// <param name="skills">The task's skills.</param>
    /// <param name="loss">The loss that skills are measured by.</param>
    /// <exception cref="InvalidOptionException">The theory does not know prerequisites, or this loss.</exception>
    protected virtual void CheckAsModel(IReadOnlyList<Skill> skills, LossKind loss)
    {
        if (loss != LossKind.Mse)
        {
            throw new InvalidOptionException(
                "training.loss",
                $"Got a loss other than mse for the `{Name}` model, which has squared losses only; expected `mse`, or the "
                    + "`resource` model."
            );
        }

        if (skills.Any(skill => skill.Prerequisite is not null))
        {
            throw new InvalidOptionException(
                "task.prerequisites",
                $"Got prerequisites with the `{Name}` model, whose skills do not depend on each other; expected none, or the "
                    + "`resource` model."
            );
        }
    }

    /// <summary>Strength of every skill at checked steps; see <see cref="Strength(ReadOnlySpan{double}, Span{double})"/>.</summary>
    /// <param name="at">Steps (or samples, or parameters) [T], each finite and at least 0; under a learning-rate schedule, steps at the
    /// whole rate.</param>
    /// <param name="strength">Destination [T·K], row-major.</param>
    protected abstract void PredictStrength(ReadOnlySpan<double> at, Span<double> strength);

    /// <summary>Loss of every skill at checked steps; <see cref="ChanceLoss"/> times (1 − s)² unless a theory says otherwise.</summary>
    /// <param name="at">As for <see cref="PredictStrength"/>.</param>
    /// <param name="loss">Destination [T·K], row-major.</param>
    protected virtual void PredictLoss(ReadOnlySpan<double> at, Span<double> loss)
    {
        PredictStrength(at, loss);
        for (var i = 0; i < loss.Length; i++)
            loss[i] = ChanceLoss(i % Skills) * (1 - loss[i]) * (1 - loss[i]);
    }

    /// <summary>Loss of a skill at strength 0, in the unit that the theory has by itself.</summary>
    /// <param name="skill">Place of the skill, from 0.</param>
    protected virtual double OwnChanceLoss(int skill) => 1;

    /// <summary>Loss of a skill at strength 0: <see cref="ChanceLosses"/>, for inner loops.</summary>
    /// <param name="skill">Place of the skill, from 0.</param>
    protected double ChanceLoss(int skill) => LossUnits.Count == 0 ? OwnChanceLoss(skill) : LossUnits[skill];

    /// <summary>What the ends of a parameter's <see cref="FitRangeAttribute"/> are multiplied by.</summary>
    /// <param name="parameter">Name of the parameter.</param>
    protected virtual double FitUnit(string parameter) => 1;

    /// <summary>
    /// Whether the theory's time is the learning rate times the steps, so that a schedule slows it. Theories that count samples say no.
    /// </summary>
    protected virtual bool FollowsLearningRate => Abscissa == Abscissa.Steps;

    /// <summary>This theory in the unit of losses of another, of as many skills.</summary>
    internal SkillTheory InUnitOf(SkillTheory other) => this with { LossUnits = other.ChanceLosses };

    /// <summary>The matrix's values as one row-major span.</summary>
    private protected static Span<double> Flat(double[,] matrix) =>
        matrix.Length == 0 ? [] : MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length);

    private void Check(ReadOnlySpan<double> at, Span<double> destination)
    {
        if (Skills == 0)
            throw new InvalidOperationException($"Got the {Name} theory without skills; expected one that is laid over a task by Bind.");
        if (destination.Length != at.Length * Skills)
        {
            throw Require.OutOfRange(
                destination.Length,
                "destination.Length",
                $"{at.Length} steps × {Skills} skills = {at.Length * Skills}"
            );
        }

        foreach (var t in at)
            Require.NonNegative(t, Abscissa.ToString().ToLowerInvariant());
        foreach (var option in OptionProperty.From(GetType()).Where(o => o.Range is not null))
        {
            if (option.Property.GetValue(this) is IConvertible value)
                Require.InRange(value.ToDouble(CultureInfo.InvariantCulture), option.Range!, option.Name);
        }
    }
}

/// <summary>Where a theory's parameter takes its value from: the fit of the same parameter elsewhere.</summary>
public sealed record TakeOptions
{
    /// <summary>Label of the case that was fitted.</summary>
    public required string Case { get; init; }

    /// <summary>Label of the theory that was fitted there; null is the theory that takes.</summary>
    public string? Theory { get; init; }
}
