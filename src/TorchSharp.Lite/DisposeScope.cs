namespace TorchSharp;

/// <summary>
/// Owns the tensors made on its thread while it is the innermost scope, and disposes them with itself. Made by
/// <see cref="torch.NewDisposeScope"/>; a tensor that shall outlive it is moved to the outer scope or detached.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic] private static DisposeScope? current;
    private HashSet<IDisposable>? held = new(ReferenceEqualityComparer.Instance);
    private DisposeScope? outer;

    internal DisposeScope()
    {
        outer = current;
        current = this;
    }

    internal static DisposeScope? Current => current;

    private HashSet<IDisposable> Held => held ?? throw new ObjectDisposedException(nameof(DisposeScope));

    /// <summary>What the scope holds now; a copy.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => Held.ToArray();

    /// <summary>The number of tensors that the scope holds.</summary>
    public int DisposablesCount => Held.Count;

    /// <summary>Whether the scope holds the tensor.</summary>
    public bool Contains(IDisposable disposable) => Held.Contains(disposable);

    internal void Add(torch.Tensor tensor) => Held.Add(tensor);

    internal void Remove(torch.Tensor tensor) => held?.Remove(tensor);

    /// <summary>Makes the scope the tensor's owner, whatever owned it before.</summary>
    public void Attach(IDisposable disposable) => Place(disposable, this);

    /// <inheritdoc cref="Attach(IDisposable)"/>
    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    /// <inheritdoc cref="Attach(IDisposable)"/>
    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var all = disposables.ToList();
        foreach (var disposable in all) Place(disposable, this);
        return all;
    }

    /// <summary>Hands the tensor to the enclosing scope; without one it is detached.</summary>
    public T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(outer, disposable);

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOther(outer, first), MoveToOther(outer, second));

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOther(outer, first), MoveToOther(outer, second), MoveToOther(outer, third));

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(outer, disposables);

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(outer, disposables);

    /// <summary>Hands a tensor that this scope holds to <paramref name="scope"/>; null detaches it.</summary>
    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        if (Held.Contains(disposable)) Place(disposable, scope);
        return disposable;
    }

    /// <inheritdoc cref="MoveToOther{T}(DisposeScope, T)"/>
    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    /// <inheritdoc cref="MoveToOther{T}(DisposeScope, T)"/>
    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables) MoveToOther<IDisposable>(scope, disposable);
    }

    /// <summary>Takes a tensor that this scope holds out of all scopes: its owner disposes it.</summary>
    public T Detach<T>(T disposable) where T : IDisposable => MoveToOther(null, disposable);

    /// <inheritdoc cref="Detach{T}(T)"/>
    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOther(null, first), MoveToOther(null, second));

    /// <inheritdoc cref="Detach{T}(T)"/>
    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOther(null, first), MoveToOther(null, second), MoveToOther(null, third));

    /// <inheritdoc cref="Detach{T}(T)"/>
    public void Detach(params IDisposable[] disposables) => MoveToOther(null, disposables);

    /// <inheritdoc cref="Detach{T}(T)"/>
    public void Detach(IEnumerable<IDisposable> disposables) => MoveToOther(null, disposables);

    /// <summary>Disposes what the scope holds; the scope stays open.</summary>
    public void DisposeEverything() => DisposeEverythingBut(Array.Empty<IDisposable>());

    /// <summary>Disposes what the scope holds, save what is named; the scope stays open.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var keep = inKeep.ToHashSet<IDisposable>(ReferenceEqualityComparer.Instance);
        foreach (var disposable in Held.ToArray())
        {
            if (!keep.Contains(disposable)) disposable.Dispose();
        }
    }

    /// <inheritdoc cref="DisposeEverythingBut(IEnumerable{IDisposable})"/>
    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    /// <inheritdoc cref="DisposeEverythingBut(IEnumerable{IDisposable})"/>
    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut(new IDisposable[] { keep });
        return keep;
    }

    /// <summary>Forgets a tensor that was disposed by other means.</summary>
    public void MarkAsDisposed(IDisposable disposable) => Held.Remove(disposable);

    /// <summary>Disposes what the scope holds and reopens the enclosing scope.</summary>
    public void Dispose()
    {
        if (held is null) return;
        var doomed = held;
        held = null; // a tensor need not take itself out of a set that goes away
        foreach (var disposable in doomed) disposable.Dispose();
        if (current == this) current = outer;
        else
        {
            for (var scope = current; scope is not null; scope = scope.outer)
            {
                if (scope.outer == this) scope.outer = outer;
            }
        }
    }

    private static void Place(IDisposable disposable, DisposeScope? scope)
    {
        if (disposable is not torch.Tensor tensor)
            throw new InvalidOperationException($"Got {disposable.GetType().Name}; a dispose scope holds tensors only.");
        tensor.OwningDisposeScope?.Remove(tensor);
        tensor.OwningDisposeScope = scope;
        scope?.Add(tensor);
    }
}
